package dev.merapi.kernels.loop;

import dev.merapi.graph.DType;
import dev.merapi.graph.Monoid;
import dev.merapi.graph.ScalarFn;
import dev.merapi.graph.ScalarPrimitive;
import dev.merapi.reference.ScalarEvaluator;
import dev.merapi.spi.Access;
import dev.merapi.spi.Buffer;
import dev.merapi.spi.LoopNest;
import dev.merapi.spi.LoopNest.Instr;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/// What a nest means, in double, point by point: the oracle of the emitted kernels.
final class NestInterpreter {
  private final LoopNest nest;
  private final Map<Buffer, double[]> memory;
  private final Map<Integer, Double> values = new HashMap<>();
  private final Map<Integer, DType> types = new HashMap<>();
  private final Map<Integer, Double> positions = new HashMap<>();

  private NestInterpreter(LoopNest nest, Map<Buffer, double[]> memory) {
    this.nest = nest;
    this.memory = memory;
  }

  static void run(LoopNest nest, Map<Buffer, double[]> memory) {
    var interpreter = new NestInterpreter(nest, memory);
    interpreter.walk(0, nest.outerRank(), new long[nest.rank()], interpreter::point);
  }

  private interface Body {
    void at(long[] index);
  }

  private void walk(int loop, int end, long[] index, Body body) {
    if (loop == end) {
      body.at(index);
      return;
    }
    for (index[loop] = 0; index[loop] < nest.extents().get(loop); index[loop]++) {
      walk(loop + 1, end, index, body);
    }
    index[loop] = 0;
  }

  private void point(long[] index) {
    for (LoopNest.Stage stage : nest.stages()) {
      for (Instr instr : stage.inner()) {
        switch (instr) {
          case Instr.Fold fold -> define(fold, fold.monoid().identity());
          case Instr.ArgFold fold -> define(fold, -1);
          default -> {}
        }
      }
      walk(nest.outerRank(), nest.rank(), index, at -> code(stage.inner(), at));
      code(stage.point(), index);
    }
  }

  private void code(List<Instr> code, long[] index) {
    for (Instr instr : code) {
      switch (instr) {
        case Instr.Load load -> define(load, cells(load.access())[at(load.access(), index)]);
        case Instr.Const constant ->
            define(constant, new ScalarFn.Const(constant.type(), constant.bits()).value());
        case Instr.Index each -> define(each, each.offset() + dot(each.strides(), index));
        case Instr.Apply apply -> define(apply, apply(apply.primitive(), apply.operands()));
        case Instr.Fold fold ->
            define(fold, apply(fold.monoid().combine(), List.of(fold.id(), fold.operand())));
        case Instr.ArgFold fold -> argFold(fold, index);
        case Instr.Store store ->
            cells(store.access())[at(store.access(), index)] = values.get(store.operand());
      }
    }
  }

  private void argFold(Instr.ArgFold fold, long[] index) {
    double value = values.get(fold.operand());
    double best = positions.getOrDefault(fold.id(), 0.0);
    double sign = fold.monoid() == Monoid.MAX ? 1 : -1;
    boolean better =
        values.get(fold.id()) < 0
            || (!Double.isNaN(best) && (Double.isNaN(value) || sign * value > sign * best));
    if (better) {
      positions.put(fold.id(), value);
      long position = 0;
      for (int loop = nest.outerRank(); loop < nest.rank(); loop++) {
        position = position * nest.extents().get(loop) + index[loop];
      }
      define(fold, position);
    }
  }

  private double apply(ScalarPrimitive primitive, List<Integer> operands) {
    List<ScalarFn> arguments =
        IntStream.range(0, operands.size())
            .mapToObj(i -> ScalarFn.arg(i, types.get(operands.get(i))))
            .toList();
    return ScalarEvaluator.of(ScalarFn.apply(primitive, arguments))
        .evaluate(operands.stream().mapToDouble(values::get).toArray());
  }

  private void define(Instr instr, double value) {
    types.put(instr.id(), instr.type());
    values.put(instr.id(), value);
  }

  private double[] cells(Access access) {
    return memory.get(access.buffer());
  }

  private static int at(Access access, long[] index) {
    return Math.toIntExact(access.offset() + dot(access.strides(), index));
  }

  private static long dot(List<Long> strides, long[] index) {
    long sum = 0;
    for (int i = 0; i < index.length; i++) {
      sum += strides.get(i) * index[i];
    }
    return sum;
  }
}
