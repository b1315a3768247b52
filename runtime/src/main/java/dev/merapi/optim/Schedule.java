package dev.merapi.optim;

/// How the learning rate changes in the course of training: a pure function, so that a training
/// that is resumed goes on with the same rates. [Schedules] has the usual ones. A run is resumed
/// only with a schedule of the same text (`toString`); all lambdas are alike there.
@FunctionalInterface
public interface Schedule {
  /// What the optimizer's own rate is multiplied by for the next step.
  double factor(Moment moment);
}
