package dev.merapi.kernels.target;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.merapi.kernels.ir.MemoryType;
import dev.merapi.kernels.ir.Routine;
import dev.merapi.kernels.ir.build.Int;
import dev.merapi.kernels.ir.build.Ptr;
import dev.merapi.kernels.ir.build.RoutineBuilder;
import dev.merapi.kernels.ir.build.Vec;
import dev.merapi.kernels.jit.Kernel;
import dev.merapi.kernels.jit.KernelCache;
import dev.merapi.kernels.jit.Lanes;
import dev.merapi.kernels.jit.TieredKernel;
import dev.merapi.kernels.jit.TieredKernel.State;
import dev.merapi.kernels.jit.Trial;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class BytecodeTargetTest {
  private static final int LANES = 16;
  private static final int TURNS = 4;

  /// More loads and stores than C1 takes in a method of vectors of any width.
  private static final int TOO_MANY = 60;

  /// `x[i] = x[i] * factor`, written so many times, each for as many lanes as the widest vector
  /// has.
  private static Routine scaling(float factor, int times) {
    RoutineBuilder b = new RoutineBuilder("scaling");
    Ptr x = b.pointer("x");
    Int count = b.integer("count");
    b.loop(
        count,
        i -> {
          for (int time = 0; time < times; time++) {
            Vec vector = x.at(i, LANES * Float.BYTES).load(MemoryType.F32, LANES);
            x.at(i, LANES * Float.BYTES).store(MemoryType.F32, vector.times(b.f32(LANES, factor)));
          }
        });
    return b.build();
  }

  private record ScalingTrial() implements Trial {
    @Override
    public long bytes() {
      return (long) TURNS * LANES * Float.BYTES;
    }

    @Override
    public void drive(Kernel kernel, long memory) {
      kernel.run(memory, TURNS, 0, 0, 0, 0);
    }

    @Override
    public long operations() {
      return 4L * 3 * TURNS;
    }
  }

  private static PlanKernels kernels(Lanes lanes) {
    return new PlanKernels(new BytecodeTarget(lanes, new KernelCache()));
  }

  private static Kernel make(PlanKernels kernels, float factor, int times) {
    return kernels.make(List.of(factor, times), () -> scaling(factor, times), ScalingTrial::new);
  }

  private static void assertScales(Kernel kernel, float factor) {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment x = arena.allocate(new ScalingTrial().bytes(), 64);
      x.fill((byte) 0x40);
      float before = x.get(ValueLayout.JAVA_FLOAT, 0);
      kernel.run(x.address(), TURNS, 0, 0, 0, 0);
      for (int i = 0; i < TURNS * LANES; i++) {
        assertEquals(before * factor, x.getAtIndex(ValueLayout.JAVA_FLOAT, i));
      }
    }
  }

  static List<Lanes> lanes() {
    return Lanes.vectors();
  }

  @ParameterizedTest
  @MethodSource("lanes")
  void theTwinServesUntilAWarmUpBringsVectors(Lanes lanes) {
    PlanKernels kernels = kernels(lanes);
    Kernel kernel = make(kernels, 3, 1);
    assertEquals(lanes.count(), kernels.target().registerLanes());
    assertScales(kernel, 3);
    TieredKernel tiers = kernels.tiers().getFirst();
    assertEquals(State.COLD, tiers.state());
    assertSame(tiers.twin(), kernel.current());
    assertTrue(tiers.warmUp(Duration.ofSeconds(120)).hasVectors());
    assertSame(tiers.vector(), kernel.current());
    assertScales(kernel, 3);
    kernels.close();
  }

  @Test
  void withoutVectorsThereIsNothingToWarmUp() {
    PlanKernels kernels = kernels(Lanes.SCALAR);
    assertScales(make(kernels, 5, 1), 5);
    assertEquals(1, kernels.target().registerLanes());
    assertEquals(List.of(), kernels.tiers());
    assertEquals("no vectors", kernels.target().toString());
  }

  @ParameterizedTest
  @MethodSource("lanes")
  void whatTheJitWouldNotTakeIsScalarForGood(Lanes lanes) {
    PlanKernels kernels = kernels(lanes);
    Kernel kernel = make(kernels, 1, TOO_MANY);
    TieredKernel tiers = kernels.tiers().getFirst();
    assertEquals(State.SCALAR, tiers.state());
    assertEquals(State.SCALAR, tiers.warmUp(Duration.ofSeconds(1)));
    assertScales(kernel, 1);
  }

  @Test
  void equalKeysShareAKernelOfOneWidth() {
    KernelCache cache = new KernelCache();
    Target target = new BytecodeTarget(Lanes.L4, cache);
    PlanKernels first = new PlanKernels(target);
    PlanKernels second = new PlanKernels(new BytecodeTarget(Lanes.L4, cache));
    PlanKernels scalar = new PlanKernels(new BytecodeTarget(Lanes.SCALAR, cache));
    Kernel one = make(first, 2, 1);
    assertSame(one, make(second, 2, 1));
    assertSame(one, make(first, 2, 1));
    assertNotSame(one, make(first, 4, 1));
    assertNotSame(one, make(scalar, 2, 1));
    assertEquals(2, first.tiers().size());
    assertEquals(3, cache.size());
  }
}
