package dev.merapi.optim;

import static dev.merapi.optim.Options.notNegative;
import static dev.merapi.optim.Options.share;

import dev.merapi.Tensor;
import dev.merapi.graph.ScalarFn;
import dev.merapi.graph.TensorType;
import dev.merapi.ops.Elementwise;

/// Adam (Kingma and Ba, arXiv:1412.6980) as PyTorch computes it: with step number `t`, `m = beta1 *
/// m + (1 - beta1) * g`, `v = beta2 * v + (1 - beta2) * g^2`, `p = p - learningRate / (1 - beta1^t)
/// * m / (sqrt(v) / sqrt(1 - beta2^t) + epsilon)`.
///
/// @param beta1 how much of the mean gradient is kept
/// @param beta2 how much of the mean square is kept
/// @param epsilon added to the divisor
/// @param weightDecay adds `weightDecay * p` to the gradient
public record Adam(
    double learningRate, double beta1, double beta2, double epsilon, double weightDecay)
    implements Optimizer {
  public Adam {
    notNegative("adam", "learningRate", learningRate);
    share("adam", "beta1", beta1);
    share("adam", "beta2", beta2);
    notNegative("adam", "epsilon", epsilon);
    notNegative("adam", "weightDecay", weightDecay);
  }

  /// Adam at that rate (PyTorch's default is 0.001), betas 0.9 and 0.999, epsilon 1e-8.
  public static Adam adam(double learningRate) {
    return new Adam(learningRate, 0.9, 0.999, 1e-8, 0);
  }

  /// With other shares that are kept.
  public Adam betas(double first, double second) {
    return new Adam(learningRate, first, second, epsilon, weightDecay);
  }

  /// With another term in the divisor.
  public Adam epsilon(double term) {
    return new Adam(learningRate, beta1, beta2, term, weightDecay);
  }

  /// With a penalty on the squares of the parameters.
  public Adam weightDecay(double factor) {
    return new Adam(learningRate, beta1, beta2, epsilon, factor);
  }

  @Override
  public Rule begin(Scope shared) {
    Tensor before = shared.state("step", TensorType.f32());
    Tensor step = before.plus(1);
    shared.store(before, step);
    Tensor rate = shared.learningRate().over(correction(step, beta1));
    Tensor root = correction(step, beta2).sqrt();
    return (parameter, gradient, own) -> {
      Tensor g = weightDecay == 0 ? gradient : gradient.plus(parameter.times(weightDecay));
      Tensor mean = follow(own, "mean", g, beta1);
      Tensor square = follow(own, "square", g.square(), beta2);
      Tensor divisor = square.sqrt().over(root).plus(epsilon);
      return parameter.minus(mean.over(divisor).times(rate));
    };
  }

  /// `1 - beta^t`, by `expm1`: the subtraction itself would lose all but the first digits.
  private static Tensor correction(Tensor step, double beta) {
    ScalarFn exponent = ScalarFn.arg(0).times(ScalarFn.f32(Math.log(beta)));
    return beta == 0 ? Tensor.scalar(1) : step.map(exponent).map(Elementwise.EXPM1).negate();
  }

  private static Tensor follow(Scope own, String name, Tensor target, double kept) {
    Tensor state = own.state(name, target.type());
    Tensor next = state.times(kept).plus(target.times(1 - kept));
    own.store(state, next);
    return next;
  }
}
