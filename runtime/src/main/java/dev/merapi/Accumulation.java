package dev.merapi;

import dev.merapi.graph.TensorType;
import java.util.Optional;

/// Lets several runs of a training step make one update: gradients are added up, and the next
/// values of weights and of the optimizer's state are taken only in every last run of them, or
/// where an update is asked for.
///
/// @param counted the number of gradients added up with this run's, and whether the update is due;
///   empty where every run makes its own
record Accumulation(Trace trace, Optional<Counted> counted) {
  /// Not 0 in a run that has to make an update though it is not the last one.
  static final String UPDATE_NOW = TrainingGraph.STATE + "update_now";

  private static final String COUNT = TrainingGraph.STATE + "accumulated";

  private record Counted(Tensor count, Tensor due) {}

  static Accumulation of(Trace trace, int runs) {
    if (runs == 1) {
      return new Accumulation(trace, Optional.empty());
    }
    Tensor before = trace.buffer(COUNT, TensorType.f32());
    Tensor count = before.plus(1);
    Tensor asked = trace.buffer(UPDATE_NOW, TensorType.f32()).greaterThan(Tensor.scalar(0));
    Tensor due = count.atLeast(Tensor.scalar(runs)).or(asked);
    trace.store(before, Tensor.where(due, Tensor.scalar(0), count));
    return new Accumulation(trace, Optional.of(new Counted(count, due)));
  }

  /// The mean of a parameter's gradients since the last update.
  Tensor mean(String name, Tensor gradient) {
    if (counted.isEmpty()) {
      return gradient;
    }
    Tensor sum = trace.buffer(TrainingGraph.STATE + name + ".accumulated", gradient.type());
    Tensor next = sum.plus(gradient);
    Tensor due = counted.get().due;
    trace.store(sum, Tensor.where(due, Tensor.scalar(0), next));
    return next.over(counted.get().count);
  }

  /// Stores the next value of a weight or of a state if the update is due.
  void store(Tensor state, Tensor next) {
    trace.store(state, counted.map(each -> Tensor.where(each.due, next, state)).orElse(next));
  }
}
