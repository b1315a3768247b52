package dev.merapi.kernels.bytecode;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.merapi.kernels.ir.MemoryType;
import dev.merapi.kernels.ir.Routine;
import dev.merapi.kernels.ir.build.Int;
import dev.merapi.kernels.ir.build.Ptr;
import dev.merapi.kernels.ir.build.RoutineBuilder;
import dev.merapi.kernels.ir.build.Var;
import dev.merapi.kernels.ir.build.Vec;
import dev.merapi.kernels.ir.pass.Passes;
import dev.merapi.kernels.jit.Kernel;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/// Vectors of each width do what the interpreter does. More routines:
/// `-Dmerapi.test.routines=20000`.
class VectorTargetTest {
  private static final int COUNT = Integer.getInteger("merapi.test.routines", 200);

  /// With vectors if a class can hold them, whatever the JIT takes; very few drawn routines are too
  /// long even for that.
  private static Kernel vectors(Routine routine, int bits) {
    try {
      return VectorTarget.define(routine, bits, 65535);
    } catch (TooLongException _) {
      return VectorTarget.compile(routine, bits).kernel();
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {512, 256, 128})
  void drawnRoutines(int bits) {
    DrawnKernels kernels = new DrawnKernels(Passes::run, routine -> vectors(routine, bits));
    for (long seed = 0; seed < COUNT; seed++) {
      kernels.check(seed);
    }
    assertEquals(Set.of(), kernels.missing());
  }

  static Stream<Arguments> samples() {
    return SampleRuns.all()
        .flatMap(sample -> Stream.of(512, 256, 128).map(bits -> Arguments.of(sample, bits)));
  }

  @ParameterizedTest
  @MethodSource
  void samples(SampleRuns sample, int bits) {
    assertArrayEquals(sample.interpreted(), sample.after(vectors(sample.routine(), bits)));
  }

  /// Bounds whose distance no `long` holds.
  @ParameterizedTest
  @ValueSource(ints = {512, 256, 128})
  void boundsFarApart(int bits) {
    RoutineBuilder builder = new RoutineBuilder("far");
    Var<Ptr> next = builder.variable("next", builder.pointer("x"));
    Int from = builder.integer("from");
    Int to = builder.integer("to");
    builder.loop(
        from,
        to,
        1L << 61,
        i -> {
          next.get().here().store(MemoryType.I64, i);
          next.set(next.get().plus(Long.BYTES));
        });
    List<Long> bounds = List.of(Long.MIN_VALUE, (1L << 61) + 1);
    SampleRuns run = new SampleRuns(builder.build(), false, List.of(6 * Long.BYTES), bounds);
    assertArrayEquals(run.interpreted(), run.after(vectors(run.routine(), bits)));
  }

  /// What C1 would give up on is scalar code, and says so.
  @Test
  void manyAccesses() {
    RoutineBuilder builder = new RoutineBuilder("many");
    Ptr x = builder.pointer("x");
    for (int i = 0; i < 40; i++) {
      x.at(64L * i).store(MemoryType.F32, x.at(64L * i).load(MemoryType.F32, 16).times(2));
    }
    SampleRuns run = new SampleRuns(builder.build(), false, List.of(40 * 64), List.of());
    VectorTarget.Result result = VectorTarget.compile(run.routine(), 512);
    assertTrue(result.refusal().orElseThrow().contains("routine=many, accesses=80"));
    assertArrayEquals(run.interpreted(), run.after(result.kernel()));
  }

  /// What no method holds is scalar code as well.
  @Test
  void aLongRoutine() {
    RoutineBuilder builder = new RoutineBuilder("long");
    Ptr x = builder.pointer("x");
    Vec v = x.here().load(MemoryType.F32, 16);
    for (int i = 0; i < 2000; i++) {
      v = v.fma(v, v.swap(1));
    }
    x.here().store(MemoryType.F32, v);
    SampleRuns run = new SampleRuns(builder.build(), false, List.of(64), List.of());
    VectorTarget.Result result = VectorTarget.compile(run.routine(), 512);
    assertTrue(result.refusal().orElseThrow().contains("too long"));
    assertArrayEquals(run.interpreted(), run.after(result.kernel()));
  }

  @Test
  void mostKernelsHaveVectors() {
    Routine tile = SampleRuns.tile(14, 2, 16, 3).routine();
    assertEquals(Optional.empty(), VectorTarget.compile(tile, 512).refusal());
    assertThrows(IllegalArgumentException.class, () -> VectorTarget.compile(tile, 64));
  }
}
