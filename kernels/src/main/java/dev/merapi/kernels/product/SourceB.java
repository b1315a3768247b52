package dev.merapi.kernels.product;

/// Where a tile finds the vectors of B.
public enum SourceB {
  /// In place, where the columns of a step are neighbours and steps lie at any distance.
  STEPS,
  /// In panels of [ProductKernel#panelVectors], packed in each run.
  PANEL,
  /// In such panels that were packed before: those of the first block of k, then those of the next.
  WEIGHTS;

  boolean isPanel() {
    return this != STEPS;
  }
}
