package dev.merapi.kernels.conv;

/// What decides how a bank of kernels lies packed in memory. Images and their sizes have no part in
/// it.
///
/// @param rows output channels of a panel
record BankLayout(
    Content content, KernelOrder order, int groups, int inputs, int outputs, int taps, int rows) {
  /// What panels hold.
  enum Content {
    /// The weights.
    TAPS,
    /// Winograd's transforms of the weights.
    TRANSFORMS
  }

  static BankLayout of(Content content, KernelOrder order, Correlation problem, int rows) {
    return new BankLayout(
        content,
        order,
        problem.groups(),
        problem.inputs(),
        problem.outputs(),
        problem.taps(),
        rows);
  }
}
