package dev.merapi.optim;

import static dev.merapi.optim.Options.notNegative;

import dev.merapi.Tensor;

/// Adam whose weight decay is apart from the gradient (Loshchilov and Hutter, arXiv:1711.05101):
/// first `p = p * (1 - learningRate * weightDecay)`, then the step of [Adam].
///
/// @param adam the step, with no decay of its own
/// @param weightDecay the share of a weight that is taken off at a rate of 1
public record AdamW(Adam adam, double weightDecay) implements Optimizer {
  public AdamW {
    notNegative("adamW", "weightDecay", weightDecay);
    adam = adam.weightDecay(0);
  }

  /// AdamW at that rate (PyTorch's default is 0.001), betas 0.9 and 0.999, epsilon 1e-8, weight
  /// decay 0.01.
  public static AdamW adamW(double learningRate) {
    return new AdamW(Adam.adam(learningRate), 0.01);
  }

  /// With other shares that are kept.
  public AdamW betas(double first, double second) {
    return new AdamW(adam.betas(first, second), weightDecay);
  }

  /// With another term in the divisor.
  public AdamW epsilon(double term) {
    return new AdamW(adam.epsilon(term), weightDecay);
  }

  /// With another decay.
  public AdamW weightDecay(double share) {
    return new AdamW(adam, share);
  }

  /// With the largest mean square so far as the divisor.
  public AdamW amsgrad() {
    return new AdamW(adam.amsgrad(), weightDecay);
  }

  @Override
  public double learningRate() {
    return adam.learningRate();
  }

  @Override
  public Rule begin(Scope shared) {
    Rule step = adam.begin(shared);
    return (parameter, gradient, own) -> {
      Tensor kept = Tensor.scalar(1).minus(own.learningRate().times(weightDecay));
      return step.next(weightDecay == 0 ? parameter : parameter.times(kept), gradient, own);
    };
  }
}
