package dev.merapi.kernels.product;

/// Where a tile finds the elements of A.
public enum SourceA {
  /// In their rows, whose steps are neighbours.
  ROWS,
  /// In place, where the rows of a step are neighbours and steps lie at any distance.
  STEPS,
  /// In a panel that was packed from anything: the rows of a step are neighbours, and so are steps.
  PANEL;

  boolean isPacked() {
    return this == PANEL;
  }
}
