package dev.merapi.kernels.gemm;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.merapi.kernels.emit.Memory;
import dev.merapi.kernels.emit.TieredKernel;
import dev.merapi.kernels.gemm.Problem.Weights;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.time.Duration;
import java.util.Arrays;
import java.util.Random;

/// One product with its operands, and its result by the definition in plain Java.
final class Product {
  /// What lies in the result before a run, and behind its rows after it.
  static final float UNTOUCHED = -12345.5f;

  private static final ValueLayout.OfFloat FLOAT = ValueLayout.JAVA_FLOAT_UNALIGNED;

  final Problem problem;
  final float[] a;
  final float[] b;

  Product(Problem problem, Random random) {
    this.problem = problem;
    this.a = values(extent(problem.m(), problem.k(), problem.a()), random);
    this.b = values(extent(problem.k(), problem.n(), problem.b()), random);
  }

  private static int extent(int rows, int columns, Strides strides) {
    return rows == 0 || columns == 0
        ? 0
        : (int) ((rows - 1) * strides.row() + (columns - 1) * strides.column() + 1);
  }

  static float[] values(int count, Random random) {
    float[] values = new float[count];
    for (int i = 0; i < count; i++) {
      values[i] = random.nextFloat(-1f, 1f);
    }
    return values;
  }

  float a(int row, int step) {
    return a[(int) (row * problem.a().row() + step * problem.a().column())];
  }

  float b(int step, int column) {
    return b[(int) (step * problem.b().row() + column * problem.b().column())];
  }

  /// One element's sum by the definition.
  float sum(int row, int column) {
    float sum = block(row, column, 0);
    for (int first = Gemm.BLOCK; first < problem.k(); first += Gemm.BLOCK) {
      sum += block(row, column, first);
    }
    return sum;
  }

  private float block(int row, int column, int first) {
    float chain = 0f;
    for (int k = first; k < Math.min(problem.k(), first + Gemm.BLOCK); k++) {
      chain = Math.fma(a(row, k), b(k, column), chain);
    }
    return chain;
  }

  /// The result by the definition, without an epilogue, between untouched elements.
  float[] expected() {
    float[] c = new float[(int) (problem.m() * problem.rowC())];
    Arrays.fill(c, UNTOUCHED);
    for (int i = 0; i < problem.m(); i++) {
      for (int j = 0; j < problem.n(); j++) {
        c[(int) (i * problem.rowC() + j)] = sum(i, j);
      }
    }
    return c;
  }

  /// The result of a plan's run in a number of parts.
  ///
  /// @param operands of the epilogue, row stride n where they are matrices
  float[] run(GemmPlan plan, int parts, float[]... operands) {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment addressA = copy(arena, a);
      MemorySegment addressB = copy(arena, b);
      MemorySegment c = arena.allocate(4L * problem.m() * problem.rowC() + 1, 64);
      MemorySegment.copy(expectedSpace(), 0, c, FLOAT, 0, (int) (problem.m() * problem.rowC()));
      MemorySegment workspace = arena.allocate(plan.workspaceBytes(parts), 64);
      for (int i = 0; i < operands.length; i++) {
        long address = copy(arena, operands[i]).address();
        TileArguments.bind(workspace.address(), i, address, 4L * problem.n());
      }
      long sourceB = addressB.address();
      if (problem.weights() == Weights.PACKED) {
        sourceB = arena.allocate(plan.weightBytes() + 1, 64).address();
        plan.packWeights(addressB.address(), sourceB);
      }
      for (int part = 0; part < parts; part++) {
        plan.run(addressA.address(), sourceB, c.address(), workspace.address(), part, parts);
      }
      float[] result = new float[(int) (problem.m() * problem.rowC())];
      MemorySegment.copy(c, FLOAT, 0, result, 0, result.length);
      return result;
    }
  }

  private float[] expectedSpace() {
    float[] c = new float[(int) (problem.m() * problem.rowC())];
    Arrays.fill(c, UNTOUCHED);
    return c;
  }

  private static MemorySegment copy(Arena arena, float[] values) {
    MemorySegment segment = arena.allocate(4L * values.length + 1, 64);
    MemorySegment.copy(values, 0, segment, FLOAT, 0, values.length);
    return Memory.ALL.asSlice(segment.address(), segment.byteSize());
  }

  static void warmUp(GemmPlan plan) {
    for (TieredKernel kernel : plan.kernels()) {
      assertTrue(kernel.warmUp(Duration.ofSeconds(60)).hasVectors());
    }
  }

  /// Compares bits, except that all NaNs are equal.
  static void assertSameBits(float[] expected, float[] actual, Object message) {
    assertEquals(expected.length, actual.length);
    for (int i = 0; i < expected.length; i++) {
      // floatToIntBits gives all NaNs the same bits.
      int at = i;
      assertEquals(
          Float.floatToIntBits(expected[i]),
          Float.floatToIntBits(actual[i]),
          () -> message + ": element " + at + ", " + expected[at] + ", " + actual[at]);
    }
  }
}
