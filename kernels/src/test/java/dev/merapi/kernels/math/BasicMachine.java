package dev.merapi.kernels.math;

import dev.merapi.graph.DType;
import dev.merapi.graph.ScalarFn;
import dev.merapi.graph.ScalarFn.Apply;
import dev.merapi.graph.ScalarFn.Arg;
import dev.merapi.graph.ScalarFn.Const;
import dev.merapi.graph.ScalarPrimitive;
import dev.merapi.kernels.math.BasicStep.Block;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;

/// Runs an expression of basic primitives over blocks of floats, each step exactly as Java's own
/// operators define it: the definition that emitted kernels are held to. Refuses anything else.
final class BasicMachine {
  /// Elements of a block.
  static final int BLOCK = 1024;

  private final List<BasicStep> steps = new ArrayList<>();
  private final Map<ScalarFn, Block> blocks = new IdentityHashMap<>();
  private final float[][] arguments;
  private final Block result;

  BasicMachine(ScalarFn fn) {
    arguments = new float[fn.arity()][BLOCK];
    result = block(fn);
  }

  /// The arguments of the block, to be filled before [#run].
  float[] argument(int index) {
    return arguments[index];
  }

  /// The results of the block.
  float[] run() {
    steps.forEach(BasicStep::run);
    return result.floats();
  }

  /// Primitives applied, shared ones once, reinterpretations of bits left out.
  int operations() {
    return (int)
        blocks.keySet().stream()
            .filter(fn ->
                fn instanceof Apply(ScalarPrimitive primitive, _, _)
                    && primitive != ScalarPrimitive.BITS
                    && primitive != ScalarPrimitive.FROM_BITS)
            .count();
  }

  private Block block(ScalarFn fn) {
    Block known = blocks.get(fn);
    if (known != null) {
      return known;
    }
    Block made =
        switch (fn) {
          case Arg(int index, _) -> new Block(DType.F32, arguments[index], new int[0]);
          case Const constant -> constant(constant);
          case Apply(ScalarPrimitive primitive, List<ScalarFn> operands, DType type) ->
              apply(primitive, operands.stream().map(this::block).toList(), type);
        };
    blocks.put(fn, made);
    return made;
  }

  private static Block constant(Const constant) {
    Block made = Block.of(constant.type());
    Arrays.fill(made.floats(), Float.intBitsToFloat(constant.bits()));
    Arrays.fill(made.ints(), constant.bits());
    return made;
  }

  private Block apply(ScalarPrimitive primitive, List<Block> operands, DType type) {
    Block out = Block.of(type);
    Block second = operands.get(Math.min(1, operands.size() - 1));
    steps.add(new BasicStep(primitive, out, operands.getFirst(), second, operands.getLast()));
    return out;
  }
}
