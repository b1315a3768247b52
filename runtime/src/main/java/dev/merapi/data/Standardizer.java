package dev.merapi.data;

import dev.merapi.MerapiException;
import dev.merapi.MerapiException.Kind;
import dev.merapi.data.Rescaling.Statistics;

/// Brings every feature to mean 0 and deviation 1. Fitted on the rows to train with and applied to
/// all others, so that nothing of the test is known in training.
///
/// ```java
/// Standardizer standard = Standardizer.fit(train);
/// trainer.fit(standard.apply(train), validateOn(standard.apply(validation)));
/// ```
///
/// The deviation is that of the rows themselves (divided by their number). A feature that is
/// constant becomes 0.
public final class Standardizer {
  private static final String NAME = "standardizer";

  private final Rescaling rescaling;

  private Standardizer(Rescaling rescaling) {
    this.rescaling = rescaling;
  }

  /// Fits each number of an input row on its own.
  ///
  /// @throws MerapiException of kind `SHAPE` if the inputs are not `f32`, of kind `ARGUMENT` if
  ///   there are no rows
  public static Standardizer fit(Dataset train) {
    return fit(train.inputs());
  }

  /// Fits each number of a row on its own; for the targets of a regression.
  ///
  /// @throws MerapiException as [#fit(Dataset)]
  public static Standardizer fit(Column column) {
    return of(Rows.floats(NAME, column), 1);
  }

  /// Fits the channels of images `f32[C, H, W]`, each as a whole.
  ///
  /// @throws MerapiException of kind `SHAPE` if the inputs are no images, of kind `ARGUMENT` if
  ///   there are no rows
  public static Standardizer perChannel(Dataset train) {
    Column.Floats images = Rows.floats(NAME, train.inputs());
    if (images.row().rank() != 3) {
      throw MerapiException.of(Kind.SHAPE, "standardizer: takes images f32[C,H,W]")
          .with("row", images.row());
    }
    return of(images, (int) (images.row().size(1) * images.row().size(2)));
  }

  private static Standardizer of(Column.Floats column, int run) {
    Statistics found = Statistics.of(NAME, column, run);
    return new Standardizer(new Rescaling(column.row(), run, found.mean(), found.deviation()));
  }

  /// The rows with every input number `(x - mean) / deviation`.
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

  /// The rows with every number `(x - mean) / deviation`.
  ///
  /// @throws MerapiException of kind `SHAPE` if rows have another shape than those it was fitted on
  public Column.Floats apply(Column column) {
    return rescaling.apply(NAME, column);
  }

  /// Brings rows back to their old units, such as the predictions of a regression.
  ///
  /// @param values any number of rows, row-major
  /// @throws MerapiException of kind `SHAPE` if they are no whole number of rows
  public float[] inverse(float... values) {
    return rescaling.inverse(NAME, values);
  }

  /// The mean of each feature or channel.
  public float[] means() {
    return rescaling.shift().clone();
  }

  /// What each feature or channel is divided by: its deviation, or 1 where that is 0.
  public float[] deviations() {
    return rescaling.divisor().clone();
  }
}
