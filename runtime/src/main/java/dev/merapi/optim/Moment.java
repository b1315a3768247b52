package dev.merapi.optim;

import dev.merapi.MerapiException;
import dev.merapi.MerapiException.Kind;
import java.util.List;

/// A point in the course of training: what a [Schedule] knows.
///
/// @param step the updates made before
/// @param totalSteps the updates of the whole training
/// @param epoch the epochs passed before, with the share of the current one: 2.5 in the middle of
///   the third
/// @param monitored one value for each epoch that has ended, such as the validation's loss
public record Moment(long step, long totalSteps, double epoch, List<Double> monitored) {
  public Moment {
    monitored = List.copyOf(monitored);
    if (step < 0 || totalSteps < 0 || !(epoch >= 0)) {
      throw MerapiException.of(Kind.ARGUMENT, "moment: negative")
          .with("step", step)
          .with("totalSteps", totalSteps)
          .with("epoch", epoch);
    }
  }

  /// A moment of a training that monitors nothing.
  public static Moment at(long step, long totalSteps, double epoch) {
    return new Moment(step, totalSteps, epoch, List.of());
  }

  /// The same moment as a training sees it that begins after so many steps; at the earliest its
  /// beginning.
  public Moment after(long steps) {
    long rest = Math.max(0, step - steps);
    double share = step == 0 ? 0 : (double) rest / step;
    return new Moment(rest, Math.max(0, totalSteps - steps), epoch * share, monitored);
  }
}
