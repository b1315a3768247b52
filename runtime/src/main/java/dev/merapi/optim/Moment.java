package dev.merapi.optim;

import dev.merapi.MerapiException;
import dev.merapi.MerapiException.Kind;
import java.util.List;

/// A point in the course of training: what a [Schedule] knows. Steps are updates of the weights;
/// epochs are counted in them, so that nothing is lost to rounding.
///
/// @param step the updates made before
/// @param totalSteps the updates of the whole training
/// @param stepsPerEpoch the updates of one epoch
/// @param monitored one value for each epoch that has ended, such as the validation's loss
public record Moment(long step, long totalSteps, long stepsPerEpoch, List<Double> monitored) {
  public Moment {
    monitored = List.copyOf(monitored);
    if (step < 0 || totalSteps < 0 || stepsPerEpoch < 1) {
      throw MerapiException.of(Kind.ARGUMENT, "moment: negative, or an epoch without a step")
          .with("step", step)
          .with("totalSteps", totalSteps)
          .with("stepsPerEpoch", stepsPerEpoch);
    }
  }

  /// A moment of a training that monitors nothing.
  public static Moment at(long step, long totalSteps, long stepsPerEpoch) {
    return new Moment(step, totalSteps, stepsPerEpoch, List.of());
  }

  /// The epochs passed before, with the share of the current one: 2.5 in the middle of the third.
  public double epoch() {
    return (double) step / stepsPerEpoch;
  }

  /// The whole epochs passed before.
  public long epochsPassed() {
    return step / stepsPerEpoch;
  }

  /// The same moment as a training sees it that begins after so many steps; at the earliest its
  /// beginning.
  public Moment after(long steps) {
    return new Moment(
        Math.max(0, step - steps), Math.max(0, totalSteps - steps), stepsPerEpoch, monitored);
  }
}
