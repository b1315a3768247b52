package dev.merapi.kernels.conv;

import dev.merapi.kernels.calls.Calls;
import dev.merapi.kernels.product.Problem.Weights;
import dev.merapi.kernels.target.PlanKernels;

/// FORWARD or DATA: images and a bank of kernels, which a plan may want in a layout of its own.
public sealed interface BankPlan extends ConvPlan permits CorrelationPlan, WinogradPlan {
  /// The plan that computes a correlation, by Winograd's method or as plain sums.
  static BankPlan of(
      Correlation problem,
      KernelOrder order,
      Weights weights,
      Finishing finishing,
      PlanKernels kernels) {
    return Winograd.serves(problem)
        ? new WinogradPlan(problem, order, weights, finishing, kernels)
        : CorrelationPlan.of(problem, order, weights, finishing, kernels);
  }

  /// Bytes of the weights in the layout of [#packWeights].
  long weightBytes();

  /// What decides the layout of [#packWeights]: equal for plans that may use each other's weights.
  Object weightLayout();

  /// Whether a run takes weights from [#packWeights], rather than `w` itself.
  boolean takesPackedWeights();

  /// Brings the weights into the layout that runs of this plan expect for packed weights.
  ///
  /// @param w address of `w`, which runs may read as well: it stays there, unchanged
  /// @param packed address of [#weightBytes] bytes
  void packWeights(Calls calls, long w, long packed);
}
