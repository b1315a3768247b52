package dev.merapi.kernels.loop;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.merapi.graph.DType;
import dev.merapi.graph.Monoid;
import dev.merapi.kernels.ir.Routine;
import dev.merapi.kernels.ir.interpret.Interpreter;
import dev.merapi.kernels.jit.Kernel;
import dev.merapi.kernels.jit.KernelCache;
import dev.merapi.kernels.jit.Lanes;
import dev.merapi.kernels.jit.Memory;
import dev.merapi.kernels.jit.TieredKernel;
import dev.merapi.kernels.target.BytecodeTarget;
import dev.merapi.kernels.target.PlanKernels;
import dev.merapi.spi.LoopNest;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class NestTrialTest {
  private static final int RANK = 12;
  private static final long MANY_BYTES = 1 << 18;
  private static final long MANY_OPERATIONS = 10_000;
  private static final Duration LIMIT = Duration.ofSeconds(60);

  static Stream<LoopNest> nests() {
    return Stream.concat(
        Arrays.stream(SampleNests.values()).map(each -> each.of(40)),
        Stream.of(reversedAxes(), sumOfManyAxes()));
  }

  /// All axes of a cube in the reverse order: no two loops are one.
  private static LoopNest reversedAxes() {
    long[] extents = new long[RANK];
    long[] strides = new long[RANK];
    long[] reversed = new long[RANK];
    for (int axis = 0; axis < RANK; axis++) {
      extents[axis] = 2;
      reversed[axis] = 1L << axis;
      strides[axis] = 1L << RANK - 1 - axis;
    }
    NestMaker nest = NestMaker.loops(RANK, extents);
    int x = nest.load(NestMaker.buffer(0, DType.F32, 1 << RANK), 0, reversed);
    return nest.store(NestMaker.buffer(1, DType.F32, 1 << RANK), x, 0, strides).nest("reversed");
  }

  /// A sum of each second element along many axes.
  private static LoopNest sumOfManyAxes() {
    long[] extents = new long[RANK];
    long[] strides = new long[RANK];
    for (int axis = 0; axis < RANK; axis++) {
      extents[axis] = axis == 0 ? 20 : 2;
      strides[axis] = axis == 0 ? 1 : 20L << 2 * axis;
    }
    NestMaker nest = NestMaker.loops(1, extents);
    int x = nest.load(NestMaker.buffer(0, DType.F32, 20L << 2 * RANK), 0, strides);
    int sum = nest.fold(Monoid.SUM, x);
    nest.point();
    long[] along = new long[RANK];
    along[0] = 1;
    return nest.store(NestMaker.buffer(1, DType.F32, 20), sum, 0, along).nest("sum");
  }

  private static NestTrial trial(Structure structure, NestShape shape) {
    return new NestTrial(structure, shape, Structure.PARTIALS);
  }

  private static NestShape shape(LoopNest nest, Plan plan) {
    return NestShape.of(nest, plan, Structure.PARTIALS);
  }

  @ParameterizedTest
  @MethodSource("nests")
  void staysWithinItsMemory(LoopNest nest) {
    Plan plan = Plan.of(nest);
    NestShape shape = shape(nest, plan);
    Routine routine = NestRoutine.of(plan.structure(), shape);
    NestTrial trial = trial(plan.structure(), shape);
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment memory = arena.allocate(trial.bytes(), 64);
      trial.prepare(memory);
      // the rest is the copy that drives start from
      var used = List.of(memory.asSlice(0, trial.bytes() / 2));
      Kernel interpreted =
          (a, b, c, d, e, f) -> new Interpreter(used).run(routine, a, b, c, d, e, f);
      trial.drive(interpreted, memory.address());
    }
  }

  @ParameterizedTest
  @MethodSource("nests")
  void takesEachStepOfEachLoop(LoopNest nest) {
    Plan plan = Plan.of(nest);
    NestShape shape = shape(nest, plan);
    Structure structure = plan.structure();
    SlowLoops slow = new SlowLoops(structure, shape.slow());
    NestTrial trial = trial(structure, shape);
    Set<Integer> carries = new HashSet<>();
    Set<List<Long>> turned = new HashSet<>();
    Set<Long> counts = new HashSet<>();
    Kernel recording =
        (arguments, _, _, count, groups, start) -> {
          counts.add(count);
          for (int level = 0; level < structure.levels(); level++) {
            if (word(arguments + structure.extentOffset(level)) > 1) {
              turned.add(List.of((long) level, count));
            }
          }
          long[] counters = new long[slow.count()];
          Arrays.setAll(counters, loop -> word(start + slow.counterOffset(loop)));
          for (long group = 0; group < groups; group++) {
            int loop = counters.length - 1;
            while (loop >= 0 && counters[loop] + 1 == word(arguments + slow.extentOffset(loop))) {
              counters[loop--] = 0;
            }
            carries.add(loop);
            if (loop >= 0) {
              counters[loop]++;
            }
          }
        };
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment memory = arena.allocate(trial.bytes(), 64);
      trial.prepare(memory);
      trial.drive(recording, memory.address());
    }
    List<Integer> steps = IntStream.range(-1, slow.count()).boxed().toList();
    assertEquals(new HashSet<>(steps), carries);
    List<List<Long>> all = new ArrayList<>();
    for (long level = 0; level < structure.levels(); level++) {
      for (long count : counts) {
        all.add(List.of(level, count));
      }
    }
    assertEquals(new HashSet<>(all), turned);
  }

  private static long word(long address) {
    return Memory.ALL.get(ValueLayout.JAVA_LONG, address);
  }

  @Test
  void manyLoopsAreAsManyStepsNotAsManyPoints() {
    for (LoopNest nest : List.of(reversedAxes(), sumOfManyAxes())) {
      Plan plan = Plan.of(nest);
      NestTrial trial = trial(plan.structure(), shape(nest, plan));
      assertTrue(plan.schedule().slow().size() + plan.schedule().levels().size() >= RANK - 2);
      assertTrue(trial.bytes() < MANY_BYTES, nest.label() + ": bytes=" + trial.bytes());
      assertTrue(
          trial.operations() < MANY_OPERATIONS,
          nest.label() + ": operations=" + trial.operations());
    }
  }

  @Test
  void manyLoopsAreCompiled() {
    try (var kernels = new PlanKernels(new BytecodeTarget(Lanes.widest(), new KernelCache()))) {
      LoopKernel.compile(reversedAxes(), kernels);
      TieredKernel kernel = kernels.tiers().getFirst();
      assertTrue(kernel.warmUp(LIMIT).hasVectors());
    }
  }
}
