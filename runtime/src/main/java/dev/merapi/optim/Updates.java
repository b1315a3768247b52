package dev.merapi.optim;

import dev.merapi.Tensor;
import dev.merapi.graph.ScalarFn;
import dev.merapi.graph.TensorType;
import dev.merapi.ops.Elementwise;
import dev.merapi.optim.Optimizer.Scope;

/// What several optimizers compute.
final class Updates {
  private Updates() {}

  /// The gradient with that of `decay / 2` times the parameter's squares added.
  static Tensor decayed(Tensor parameter, Tensor gradient, double decay) {
    return decay == 0 ? gradient : gradient.plus(parameter.times(decay));
  }

  /// The number of this update, from 1.
  static Tensor count(Scope shared) {
    Tensor before = shared.state("step", TensorType.f32());
    Tensor step = before.plus(1);
    shared.store(before, step);
    return step;
  }

  /// `1 - share^step`, by `expm1`: the subtraction itself would lose all but the first digits.
  static Tensor correction(Tensor step, double share) {
    ScalarFn exponent = ScalarFn.arg(0).times(ScalarFn.f32(Math.log(share)));
    return share == 0 ? Tensor.scalar(1) : step.map(exponent).map(Elementwise.EXPM1).negate();
  }

  /// A running mean, kept as state: `kept * mean + (1 - kept) * target`.
  static Tensor follow(Scope own, String name, Tensor target, double kept) {
    return keep(own, name, state -> state.times(kept).plus(target.times(1 - kept)), target);
  }

  /// The next value of a state that has the type of another tensor.
  static Tensor keep(Scope own, String name, Next next, Tensor like) {
    Tensor state = own.state(name, like.type());
    Tensor changed = next.of(state);
    own.store(state, changed);
    return changed;
  }

  /// How a state follows from the one before.
  @FunctionalInterface
  interface Next {
    Tensor of(Tensor state);
  }
}
