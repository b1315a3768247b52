package dev.merapi.kernels.loop;

import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.merapi.compiler.Pipeline;
import dev.merapi.drawn.Drawn;
import dev.merapi.drawn.GraphDrawing;
import dev.merapi.graph.DType;
import dev.merapi.graph.Monoid;
import dev.merapi.kernels.ir.Routine;
import dev.merapi.kernels.ir.interpret.Interpreter;
import dev.merapi.kernels.ir.pass.Passes;
import dev.merapi.kernels.jit.Kernel;
import dev.merapi.kernels.jit.Lanes;
import dev.merapi.kernels.loop.NestRun.Form;
import dev.merapi.kernels.machine.Cpu.Level;
import dev.merapi.kernels.target.MachineKernel;
import dev.merapi.kernels.target.MachineTarget;
import dev.merapi.spi.Buffer;
import dev.merapi.spi.LoopLimits;
import dev.merapi.spi.LoopNest;
import dev.merapi.spi.Program.Parameters;
import dev.merapi.spi.Region;
import java.lang.foreign.MemorySegment;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/// Nests written in the kernel IR have the bits of the scalar twins: interpreted, and as machine
/// code where that is to be had.
class NestRoutineTest {
  /// How many graphs are drawn; `-Dmerapi.test.drawn` says otherwise.
  private static final int DRAWN = Integer.getInteger("merapi.test.drawn", 200);

  private static final List<MachineTarget> TARGETS =
      Stream.of(Level.AVX2, Level.AVX512)
          .map(MachineTarget::upTo)
          .filter(MachineTarget.Result.Found.class::isInstance)
          .map(found -> ((MachineTarget.Result.Found) found).target())
          .toList();

  /// Units at which a run is cut: in rows, between them and in groups of them.
  private static final long[] CUTS = {1, 2, 5, 11, 12};

  private static final float[] ZEROS = {0f, -0f};

  private static final float[] EXTREMES = {
    0f, -0f, Float.NaN, Float.POSITIVE_INFINITY, Float.NEGATIVE_INFINITY, Float.MIN_VALUE, 3e38f
  };

  @ParameterizedTest
  @EnumSource
  void everyNestHasTheBitsOfTheTwinAtEverySize(SampleNests sample) {
    for (int size : LoopKernelTest.sizes(Lanes.L16)) {
      try (NestRun run = new NestRun(sample.of(size), Lanes.L16)) {
        assertTwin(run, sample.of(size), sample + " " + size);
      }
    }
  }

  @ParameterizedTest
  @EnumSource
  void zerosOfBothSignsAndNaNHaveTheBitsOfTheTwin(SampleNests sample) {
    for (int size : new int[] {5, 40, 150}) {
      for (int seed = 0; seed < 4; seed++) {
        try (NestRun run = new NestRun(sample.of(size), Lanes.L16)) {
          float[] drawn = seed == 0 ? ZEROS : EXTREMES;
          sprinkle(run, sample.of(size), new Random(seed), 1 << 2 * seed, drawn);
          assertTwin(run, sample.of(size), sample + " " + size + " seed=" + seed);
        }
      }
    }
  }

  /// As a sum over an axis of one element is left with no loop of its own.
  @Test
  void foldsOfOneElementInATransposition() {
    int n = 16;
    var maker = NestMaker.loops(2, n, n);
    int sum = maker.fold(Monoid.SUM, maker.load(floats(0, n * n), 0, 1, n));
    maker.point();
    LoopNest nest = maker.store(floats(1, n * n), sum, 0, n, 1).nest("fold");
    try (NestRun run = new NestRun(nest, Lanes.L16)) {
      assertTwin(run, nest, "fold");
    }
  }

  private static Buffer floats(int id, long elements) {
    return NestMaker.buffer(id, DType.F32, elements);
  }

  /// Rows of several units.
  @ParameterizedTest
  @EnumSource(names = {"MAP", "MAP_WITH_BROADCASTS", "COLUMN_SUM", "INDEX", "TRANSPOSED_SQUARES"})
  void longRowsHaveTheBitsOfTheTwin(SampleNests sample) {
    LoopNest nest = sample.of(9000);
    try (NestRun run = new NestRun(nest, Lanes.L16)) {
      assertTwin(run, nest, sample.toString());
    }
  }

  static List<PrimitiveNests> primitives() {
    return PrimitiveNests.all();
  }

  @ParameterizedTest
  @MethodSource("primitives")
  void everyPrimitiveHasTheBitsOfTheTwin(PrimitiveNests nests) {
    try (NestRun run = new NestRun(nests.nest(), Lanes.L16)) {
      nests.fill(run);
      assertTwin(run, nests.nest(), nests.toString());
    }
  }

  @Test
  void nestsOfDrawnGraphsHaveTheBitsOfTheTwin() {
    int nests = 0;
    for (long seed = 0; seed < DRAWN; seed++) {
      for (LoopNest nest : nests(GraphDrawing.draw(seed))) {
        try (NestRun run = new NestRun(nest, Lanes.L16)) {
          sprinkle(run, nest, new Random(seed), 16, EXTREMES);
          assertTwin(run, nest, "seed=" + seed + "\n" + NestPrinter.print(nest));
        }
        nests++;
      }
    }
    assertTrue(nests > DRAWN, "nests=" + nests);
  }

  private static List<LoopNest> nests(Drawn drawn) {
    return Pipeline.compile(drawn.graph(), drawn.sizes(), Parameters.LIVE, LoopLimits.COMMON)
        .regions()
        .stream()
        .filter(Region.Loops.class::isInstance)
        .map(region -> ((Region.Loops) region).nest())
        .toList();
  }

  /// Puts extreme numbers into the floats, one in so many.
  private static void sprinkle(
      NestRun run, LoopNest nest, Random random, int oneIn, float[] extremes) {
    for (Buffer buffer : new Region.Loops(nest).reads()) {
      int[] contents = run.contents(buffer);
      if (buffer.type().dtype() == DType.F32) {
        for (int i = 0; i < contents.length; i++) {
          if (random.nextInt(oneIn) == 0) {
            contents[i] = Float.floatToRawIntBits(extremes[random.nextInt(extremes.length)]);
          }
        }
      }
    }
  }

  private static void assertTwin(NestRun run, LoopNest nest, String where) {
    Plan plan = Plan.of(nest);
    var twin = run.run(Form.TWIN);
    Set<NestShape> shapes = new HashSet<>();
    for (int registers : new int[] {16, 8}) {
      shapes.add(NestShape.of(nest, plan, registers));
    }
    for (NestShape shape : shapes) {
      Routine routine = Passes.run(NestRoutine.of(plan.structure(), shape));
      String which = where + " " + shape;
      LoopKernelTest.assertSameBits(twin, run.run(shape, interpreting(routine)), which);
      var inParts = run.run(shape, interpreting(routine), CUTS);
      LoopKernelTest.assertSameBits(twin, inParts, which + " in parts");
    }
    for (MachineTarget target : TARGETS) {
      NestShape shape = NestShape.of(nest, plan, target.registerLanes());
      var key = new NestKey(plan.structure(), shape);
      try (MachineKernel kernel =
          target.kernel(key, () -> NestRoutine.of(plan.structure(), shape)).orElseThrow()) {
        String which = where + " " + target;
        LoopKernelTest.assertSameBits(twin, run.run(shape, _ -> kernel), which);
        LoopKernelTest.assertSameBits(twin, run.run(shape, _ -> kernel, CUTS), which + " in parts");
      }
    }
  }

  private static Function<List<MemorySegment>, Kernel> interpreting(Routine routine) {
    return memory -> {
      Interpreter interpreter = new Interpreter(memory);
      return (p0, p1, p2, p3, p4, p5) -> interpreter.run(routine, p0, p1, p2, p3, p4, p5);
    };
  }
}
