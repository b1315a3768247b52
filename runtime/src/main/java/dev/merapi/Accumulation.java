package dev.merapi;

import dev.merapi.graph.TensorType;
import dev.merapi.train.Reduction;
import java.util.Optional;

/// Lets several runs of a training step make one update: the gradients of their losses' sums are
/// added up, and so are the weights of their positions, so that the update is that of one batch as
/// large. The next values of weights and of the optimizer's state are taken only in every last run
/// of them, or where an update is asked for.
///
/// @param pending the runs since the last update; empty where every run makes its own
record Accumulation(Trace trace, Optional<Pending> pending) {
  /// Not 0 in a run that has to make an update though it is not the last one.
  static final String UPDATE_NOW = TrainingGraph.STATE + "update_now";

  private static final String COUNT = TrainingGraph.STATE + "accumulated";
  private static final String WEIGHT = TrainingGraph.STATE + "accumulated_weight";

  /// @param due whether this run makes the update
  /// @param weight what the sum is divided by; empty where it stays a sum
  private record Pending(Tensor due, Optional<Tensor> weight) {}

  /// @param weight how much the positions of this run count together
  static Accumulation of(Trace trace, TrainOptions options, Tensor weight) {
    if (options.accumulation() == 1) {
      return new Accumulation(trace, Optional.empty());
    }
    Tensor before = trace.buffer(COUNT, TensorType.f32());
    Tensor count = before.plus(1);
    Tensor asked = trace.buffer(UPDATE_NOW, TensorType.f32()).greaterThan(Tensor.scalar(0));
    Tensor due = count.atLeast(Tensor.scalar(options.accumulation())).or(asked);
    trace.store(before, Tensor.where(due, Tensor.scalar(0), count));
    if (options.loss().reduction() == Reduction.SUM) {
      return new Accumulation(trace, Optional.of(new Pending(due, Optional.empty())));
    }
    Tensor total = total(trace, WEIGHT, due, weight);
    Tensor none = total.equalTo(Tensor.scalar(0));
    Tensor divisor = Tensor.where(none, Tensor.scalar(1), total); // the gradients are zeros then
    return new Accumulation(trace, Optional.of(new Pending(due, Optional.of(divisor))));
  }

  /// The sum since the last update.
  private static Tensor total(Trace trace, String name, Tensor due, Tensor more) {
    Tensor sum = trace.buffer(name, more.type());
    Tensor next = sum.plus(more);
    trace.store(sum, Tensor.where(due, Tensor.scalar(0), next));
    return next;
  }

  /// The gradient of a parameter by the loss of all runs since the last update.
  ///
  /// @param gradient that of this run's sum; of its loss, where every run makes an update
  Tensor reduced(String name, Tensor gradient) {
    if (pending.isEmpty()) {
      return gradient;
    }
    String label = TrainingGraph.STATE + name + ".accumulated";
    Tensor sum = total(trace, label, pending.get().due, gradient);
    return pending.get().weight.map(sum::over).orElse(sum);
  }

  /// Stores the next value of a weight or of a state if the update is due.
  void store(Tensor state, Tensor next) {
    trace.store(state, pending.map(each -> Tensor.where(each.due, next, state)).orElse(next));
  }
}
