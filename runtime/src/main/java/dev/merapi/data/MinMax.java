package dev.merapi.data;

import dev.merapi.MerapiException;
import dev.merapi.data.Rescaling.Statistics;

/// Brings every feature to the numbers from 0 to 1, by its least and its largest value in the rows
/// that it was fitted on. Others may lie a little outside. A feature that is constant becomes 0.
public final class MinMax {
  private static final String NAME = "minMax";

  private final Rescaling rescaling;

  private MinMax(Rescaling rescaling) {
    this.rescaling = rescaling;
  }

  /// Fits each number of an input row on its own.
  ///
  /// @throws MerapiException of kind `SHAPE` if the inputs are not `f32`, of kind `ARGUMENT` if
  ///   there are no rows
  public static MinMax fit(Dataset train) {
    return fit(train.inputs());
  }

  /// Fits each number of a row on its own; for the targets of a regression.
  ///
  /// @throws MerapiException as [#fit(Dataset)]
  public static MinMax fit(Column column) {
    Column.Floats floats = Rows.floats(NAME, column);
    Statistics found = Statistics.of(NAME, floats, 1);
    float[] widths = found.high().clone();
    for (int i = 0; i < widths.length; i++) {
      widths[i] -= found.low()[i];
    }
    return new MinMax(new Rescaling(floats.row(), 1, found.low(), widths));
  }

  /// The rows with every input number `(x - least) / (largest - least)`.
  ///
  /// @throws MerapiException of kind `SHAPE` if rows have another shape than those it was fitted on
  public Dataset apply(Dataset data) {
    return new Dataset(
        apply(data.inputs()),
        data.targets(),
        data.features(),
        data.classes(),
        data.sampleWeights());
  }

  /// The rows with every number `(x - least) / (largest - least)`.
  ///
  /// @throws MerapiException of kind `SHAPE` if rows have another shape than those it was fitted on
  public Column.Floats apply(Column column) {
    return rescaling.apply(NAME, column);
  }

  /// Brings rows back to their old units.
  ///
  /// @param values any number of rows, row-major
  /// @throws MerapiException of kind `SHAPE` if they are no whole number of rows
  public float[] inverse(float... values) {
    return rescaling.inverse(NAME, values);
  }
}
