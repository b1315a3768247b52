package dev.merapi.examples;

import dev.merapi.Tensor;
import dev.merapi.data.Column;
import dev.merapi.data.Standardizer;
import dev.merapi.graph.Shape;
import dev.merapi.nn.Module;
import dev.merapi.nn.Parameter;

/// A layer that knows the mean and the deviation of the rows a net is trained on, so that a model
/// takes, and gives, numbers in the units of its table. Both are buffers: saved with the model, not
/// trained.
public final class Scaling extends Module {
  private enum Direction {
    TO_UNITS_OF_ONE,
    BACK
  }

  private final Direction direction;
  private final Parameter mean;
  private final Parameter deviation;

  private Scaling(Direction direction, Column column) {
    this.direction = direction;
    Standardizer found = Standardizer.fit(column);
    Shape shape = Shape.of(column.rowSize());
    mean = buffer("mean", shape, (_, _) -> found.means());
    deviation = buffer("deviation", shape, (_, _) -> found.deviations());
  }

  /// `(x - mean) / deviation`, each feature by its own; for the inputs of a net.
  ///
  /// @param inputs rows `f32[features]` to take both from: those to train with
  public static Scaling of(Column inputs) {
    return new Scaling(Direction.TO_UNITS_OF_ONE, inputs);
  }

  /// `x * deviation + mean`; behind the last layer of a net that predicts such targets.
  ///
  /// @param targets rows `f32[outputs]` to take both from: those to train with
  public static Scaling back(Column targets) {
    return new Scaling(Direction.BACK, targets);
  }

  @Override
  protected Tensor forward(Tensor x) {
    return switch (direction) {
      case TO_UNITS_OF_ONE -> x.minus(mean.tensor()).over(deviation.tensor());
      case BACK -> x.times(deviation.tensor()).plus(mean.tensor());
    };
  }
}
