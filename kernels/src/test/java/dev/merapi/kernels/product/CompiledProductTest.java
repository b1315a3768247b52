package dev.merapi.kernels.product;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.sun.management.ThreadMXBean;
import dev.merapi.graph.ScalarFn;
import dev.merapi.graph.ScalarPrimitive;
import dev.merapi.kernels.GuardedMemory;
import dev.merapi.kernels.emit.Kernel;
import dev.merapi.kernels.gemm.Problem;
import dev.merapi.kernels.gemm.Problem.Weights;
import dev.merapi.kernels.gemm.Strides;
import dev.merapi.kernels.gemm.TileArguments;
import dev.merapi.kernels.ir.MemoryType;
import dev.merapi.kernels.machine.Cpu.Level;
import dev.merapi.kernels.product.TileEpilogue.Operand;
import dev.merapi.kernels.product.TileEpilogue.Span;
import dev.merapi.kernels.target.MachineTarget;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// Whole products as machine code, as the CPU backend runs them.
class CompiledProductTest {
  private static final long COMPILED_BY_THEN = 20_000_000_000L;

  /// `sum * ofRow + ofColumn`.
  private static final TileEpilogue AFFINE =
      TileEpilogue.of(
          ScalarFn.fma(ScalarFn.arg(0), ScalarFn.arg(1), ScalarFn.arg(2)),
          List.of(
              new Operand(Span.ROWS, MemoryType.F32), new Operand(Span.COLUMNS, MemoryType.F32)));

  private static MachineTarget target(Level level) {
    MachineTarget.Result result = MachineTarget.upTo(level);
    assumeTrue(
        result instanceof MachineTarget.Result.Found(MachineTarget found) && found.level() == level,
        result.toString());
    return ((MachineTarget.Result.Found) result).target();
  }

  private static List<Problem> problems() {
    Problem deep = Problem.rowMajor(45, 70, 1300);
    return List.of(
        Problem.rowMajor(1, 1, 1),
        Problem.rowMajor(37, 101, 30),
        Problem.rowMajor(37, 101, 30).withPackedWeights(),
        deep,
        deep.withPackedWeights(),
        deep.with(Strides.columnMajor(45), Strides.columnMajor(1300)),
        Problem.rowMajor(1, 300, 50).withPackedWeights(),
        Problem.rowMajor(100, 1, 50), // computed as one row
        Problem.rowMajor(100, 1, 50).withPackedWeights(),
        Problem.rowMajor(0, 5, 3),
        Problem.rowMajor(5, 4, 0));
  }

  @ParameterizedTest
  @EnumSource(names = {"AVX2", "AVX512"})
  void theBitsAreThoseOfTheDefinitionInAnyNumberOfParts(Level level) {
    MachineTarget target = target(level);
    Random random = new Random(3);
    for (Problem problem : problems()) {
      Case product = new Case(problem, random);
      float[] ofRow = Case.drawn(problem.m(), random);
      float[] ofColumn = Case.drawn(problem.n(), random);
      float[] expected =
          product.expected((sum, row, column) -> Math.fma(sum, ofRow[row], ofColumn[column]));
      try (CompiledProduct compiled = CompiledProduct.of(problem, AFFINE, target).orElseThrow()) {
        for (int parts = 1; parts <= 4; parts++) {
          float[] actual = run(compiled, product, parts, ofRow, ofColumn);
          Case.assertSameBits(expected, actual, problem + ", parts=" + parts);
        }
      }
    }
    assertEquals(0, target.size(), "code that was not given back");
  }

  private static float[] run(
      CompiledProduct compiled, Case product, int parts, float[]... operands) {
    return GuardedMemory.atBothEdges(memory -> {
      MemorySegment c = memory.copy(product.space());
      long b = memory.copy(product.b).address();
      long workspace = memory.allocate(compiled.workspaceBytes(parts), 64).address();
      if (product.problem.weights() == Weights.PACKED) {
        long weights = memory.allocate(compiled.weightBytes(), 64).address();
        compiled.packWeights(b, weights);
        b = weights;
      }
      for (int i = 0; i < operands.length; i++) {
        TileArguments.bind(workspace, i, memory.copy(operands[i]).address(), 0);
      }
      long a = memory.copy(product.a).address();
      for (int part = parts - 1; part >= 0; part--) {
        compiled.run(a, b, c.address(), workspace, part, parts);
      }
      return Case.floats(c);
    });
  }

  @ParameterizedTest
  @EnumSource(names = {"AVX2", "AVX512"})
  void shapesOfTheSameTilesShareCode(Level level) {
    MachineTarget target = target(level);
    try (var one = CompiledProduct.of(Problem.rowMajor(140, 64, 50), AFFINE, target).orElseThrow();
        var other =
            CompiledProduct.of(Problem.rowMajor(280, 96, 70), AFFINE, target).orElseThrow()) {
      assertEquals(one.plan().product(), other.plan().product());
      assertEquals(1, target.size());
    }
  }

  /// Operands that come from memory, results that go there, and long epilogues take their time too.
  @ParameterizedTest
  @EnumSource(names = {"AVX2", "AVX512"})
  void theCollectorWaitsForShortRunsOnly(Level level) {
    assertTrue(isBrief(Problem.rowMajor(32, 32, 32), AFFINE, level));
    assertTrue(isBrief(Problem.rowMajor(1, 256, 256), AFFINE, level));
    assertFalse(isBrief(Problem.rowMajor(1, 1000, 1000), TileEpilogue.NONE, level));
    assertFalse(isBrief(Problem.rowMajor(1, 1, 1_000_000), TileEpilogue.NONE, level));
    assertFalse(isBrief(Problem.rowMajor(1000, 1000, 1), TileEpilogue.NONE, level));
    assertFalse(isBrief(Problem.rowMajor(1000, 1000, 0), TileEpilogue.NONE, level));
    ScalarFn tanh = ScalarFn.apply(ScalarPrimitive.TANH, ScalarFn.arg(0));
    assertFalse(isBrief(Problem.rowMajor(100, 100, 1), TileEpilogue.of(tanh, List.of()), level));
  }

  private static boolean isBrief(Problem problem, TileEpilogue epilogue, Level level) {
    return CompiledProduct.isBrief(ProductPlan.of(problem, epilogue, level));
  }

  /// Large weights take milliseconds.
  @Test
  void theCollectorDoesNotWaitForPacking() {
    var plan =
        ProductPlan.of(
            Problem.rowMajor(1, 30, 1300).withPackedWeights(), TileEpilogue.NONE, Level.AVX2);
    List<String> calls = new ArrayList<>();
    plan.packWeights(
        new Kernel() {
          @Override
          public void run(long p0, long p1, long p2, long p3, long p4, long p5) {
            calls.add("brief");
          }

          @Override
          public Kernel lasting() {
            return (_, _, _, _, _, _) -> calls.add("lasting");
          }
        },
        0,
        0);
    assertEquals(List.of("lasting", "lasting", "lasting"), calls);
  }

  @ParameterizedTest
  @EnumSource(names = {"AVX2", "AVX512"})
  void compiledRunsAllocateNothing(Level level) {
    MachineTarget target = target(level);
    var threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    int size = 20;
    try (Arena arena = Arena.ofConfined();
        var product =
            CompiledProduct.of(Problem.rowMajor(size, size, size), AFFINE, target).orElseThrow()) {
      long matrix = arena.allocate(4L * size * size, 64).address();
      long result = arena.allocate(4L * size * size, 64).address();
      long workspace = arena.allocate(product.workspaceBytes(1), 64).address();
      TileArguments.bind(workspace, 0, matrix, 0);
      TileArguments.bind(workspace, 1, matrix, 0);
      long least = Long.MAX_VALUE;
      long end = System.nanoTime() + COMPILED_BY_THEN;
      while (least > 0 && System.nanoTime() < end) { // what calls it is bytecode, interpreted first
        long before = threads.getCurrentThreadAllocatedBytes();
        product.run(matrix, matrix, result, workspace, 0, 1);
        least = Math.min(least, threads.getCurrentThreadAllocatedBytes() - before);
      }
      assertEquals(0, least, "bytes of a run");
    }
  }
}
