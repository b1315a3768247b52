package dev.merapi.kernels.math;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.merapi.graph.DType;
import dev.merapi.graph.ScalarFn;
import dev.merapi.graph.ScalarPrimitive;
import dev.merapi.kernels.ir.MemoryType;
import dev.merapi.kernels.ir.Routine;
import dev.merapi.kernels.ir.build.Handle;
import dev.merapi.kernels.ir.build.Mask;
import dev.merapi.kernels.ir.build.Ptr;
import dev.merapi.kernels.ir.build.RoutineBuilder;
import dev.merapi.kernels.ir.build.ScalarLanes;
import dev.merapi.kernels.ir.build.Vec;
import dev.merapi.kernels.ir.interpret.Interpreter;
import dev.merapi.kernels.ir.pass.Passes;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// Scalar mathematics written as instructions of the kernel IR has the bits of its definition.
class LanesOfExpansionsTest {
  private static final int LANES = 16;

  static Stream<ScalarPrimitive> expanded() {
    return Stream.of(ScalarPrimitive.values()).filter(each -> Expansions.ofF32(each).isPresent());
  }

  @ParameterizedTest
  @MethodSource("expanded")
  void expansionsHaveTheBitsOfTheirDefinition(ScalarPrimitive primitive) {
    ScalarFn fn = Expansions.ofF32(primitive).orElseThrow();
    BasicMachine machine = new BasicMachine(fn);
    Random random = new Random(primitive.ordinal());
    float[][] arguments = new float[fn.arity()][];
    for (int i = 0; i < fn.arity(); i++) {
      arguments[i] = machine.argument(i);
      for (int k = 0; k < BasicMachine.BLOCK; k++) {
        arguments[i][k] =
            k % 4 == 0 ? Float.intBitsToFloat(random.nextInt()) : random.nextFloat(-20, 20);
      }
    }
    assertArrayEquals(machine.run(), interpreted(fn, arguments));
  }

  private static float[] interpreted(ScalarFn fn, float[]... arguments) {
    RoutineBuilder b = new RoutineBuilder("function");
    var pointers = new ArrayList<Ptr>();
    for (int i = 0; i < arguments.length; i++) {
      pointers.add(b.pointer("x" + i));
    }
    Ptr out = b.pointer("out");
    b.lanes(
        b.integer("n"),
        LANES,
        (i, mask) -> {
          Vec[] vectors =
              pointers.stream()
                  .map(each -> each.at(i, 4).load(MemoryType.F32, LANES, mask))
                  .toArray(Vec[]::new);
          Vec result = new ScalarLanes(b, LANES).floats(fn, vectors);
          out.at(i, 4).store(MemoryType.F32, result, mask);
        });
    return run(Passes.run(b.build()), arguments);
  }

  private static float[] run(Routine routine, float[]... arguments) {
    try (Arena arena = Arena.ofConfined()) {
      var memory = new ArrayList<MemorySegment>();
      for (float[] each : arguments) {
        memory.add(arena.allocateFrom(ValueLayout.JAVA_FLOAT, each));
      }
      int count = arguments[0].length;
      memory.add(arena.allocate(ValueLayout.JAVA_FLOAT, count));
      long[] words = new long[memory.size() + 1];
      for (int i = 0; i < memory.size(); i++) {
        words[i] = memory.get(i).address();
      }
      words[memory.size()] = count;
      new Interpreter(memory).run(routine, words);
      return memory.getLast().toArray(ValueLayout.JAVA_FLOAT);
    }
  }

  /// Every basic primitive over truth values: false is less than true.
  @Test
  void truthValuesAreMasks() {
    ScalarFn a = ScalarFn.arg(0, DType.BOOL);
    ScalarFn b = ScalarFn.arg(1, DType.BOOL);
    assertMasks(0b0100, a.lessThan(b));
    assertMasks(0b1101, a.atMost(b));
    assertMasks(0b1001, a.equalTo(b));
    assertMasks(0b1000, a.and(b));
    assertMasks(0b1110, a.or(b));
    assertMasks(0b0110, ScalarFn.apply(ScalarPrimitive.XOR, a, b));
    assertMasks(0b0101, a.not());
    assertMasks(0b1101, a.select(b, ScalarFn.bool(true)));
    assertMasks(0b1010, ScalarFn.apply(ScalarPrimitive.TO_BOOL, a));
    assertMasks(0b1010, ScalarFn.i32(0).lessThan(ScalarFn.apply(ScalarPrimitive.TO_I32, a)));
    assertMasks(0b1010, ScalarFn.apply(ScalarPrimitive.TO_BOOL, toF32(a)));
    assertMasks(0b1010, ScalarFn.f32(0.5).lessThan(toF32(a)));
  }

  private static ScalarFn toF32(ScalarFn a) {
    return ScalarFn.apply(ScalarPrimitive.TO_F32, a);
  }

  /// For `a = 1010` and `b = 1100`, lane 0 last.
  private static void assertMasks(int wanted, ScalarFn fn) {
    RoutineBuilder b = new RoutineBuilder("logic");
    ScalarLanes lanes = new ScalarLanes(b, 4);
    List<Handle> arguments = List.of(b.mask(4, 0b1010), b.mask(4, 0b1100));
    Mask result = (Mask) lanes.apply(fn, arguments);
    b.pointer("out").here().store(MemoryType.BOOL, result);
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment out = arena.allocate(4);
      new Interpreter(List.of(out)).run(b.build(), out.address());
      int bits = 0;
      for (int i = 0; i < 4; i++) {
        bits |= out.get(ValueLayout.JAVA_BYTE, i) << i;
      }
      assertEquals(wanted, bits, fn.toString());
    }
  }

  @Test
  void whatIsNotBasicIsRefused() {
    RoutineBuilder b = new RoutineBuilder("refused");
    ScalarFn exp = ScalarFn.apply(ScalarPrimitive.EXP, ScalarFn.arg(0));
    assertThrows(
        IllegalArgumentException.class, () -> new ScalarLanes(b, 4).floats(exp, b.f32(4, 1)));
  }
}
