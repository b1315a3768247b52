package dev.merapi.kernels.gemm;

import dev.merapi.kernels.emit.KernelCache;
import dev.merapi.kernels.emit.Lanes;

/// Matrix product over strided operands: the entry.
public final class Gemm {
  /// Steps of one block of k; part of the definition of the sum, see the package.
  public static final int BLOCK = 640;

  /// The block of k is the first of its sum, the last of its sum.
  static final int FIRST = 1;

  static final int LAST = 2;

  private Gemm() {}

  /// Decides how to compute a product. The decision depends on the problem and the lanes alone.
  public static GemmPlan plan(Problem problem, Lanes lanes, KernelCache cache) {
    boolean column = problem.n() == 1 && problem.m() > 1 && problem.rowC() == 1;
    // One column of C is one row of its transpose, which has work for all lanes. An operand with
    // rows of its own would need a stride between columns there.
    boolean swap =
        column && problem.weights() == Problem.Weights.FRESH && problem.epilogue().canTranspose();
    return swap
        ? new GemmPlan(problem.transposed(), lanes, cache, GemmPlan.Order.SWAPPED)
        : new GemmPlan(problem, lanes, cache, GemmPlan.Order.GIVEN);
  }
}
