package dev.merapi.kernels.gemm;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.merapi.kernels.GuardedMemory;
import dev.merapi.kernels.emit.TieredKernel;
import dev.merapi.kernels.gemm.Problem.Weights;
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

  /// The result of a plan's run in a number of parts, in memory that ends the JVM if a kernel
  /// leaves it.
  ///
  /// @param operands of the epilogue, row stride n where they are matrices
  float[] run(GemmPlan plan, int parts, float[]... operands) {
    return runWithRowsOf(problem.n(), plan, parts, operands);
  }

  /// As [#run], with another row stride of matrices.
  float[] runWithRowsOf(int stride, GemmPlan plan, int parts, float[]... operands) {
    return GuardedMemory.atBothEdges(memory -> {
      long addressA = memory.copy(a).address();
      long addressB = memory.copy(b).address();
      MemorySegment c = memory.copy(expectedSpace());
      MemorySegment workspace = memory.allocate(plan.workspaceBytes(parts), 64);
      for (int i = 0; i < operands.length; i++) {
        long address = memory.copy(operands[i]).address();
        TileArguments.bind(workspace.address(), i, address, 4L * stride);
      }
      if (problem.weights() == Weights.PACKED) {
        long packed = memory.allocate(plan.weightBytes(), 64).address();
        plan.packWeights(addressB, packed);
        addressB = packed;
      }
      for (int part = 0; part < parts; part++) {
        plan.run(addressA, addressB, c.address(), workspace.address(), part, parts);
      }
      return c.toArray(FLOAT);
    });
  }

  private float[] expectedSpace() {
    float[] c = new float[(int) (problem.m() * problem.rowC())];
    Arrays.fill(c, UNTOUCHED);
    return c;
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
