package dev.merapi.optim;

import static dev.merapi.optim.Options.notNegative;
import static dev.merapi.optim.Options.share;
import static dev.merapi.optim.Updates.correction;
import static dev.merapi.optim.Updates.count;
import static dev.merapi.optim.Updates.decayed;
import static dev.merapi.optim.Updates.follow;
import static dev.merapi.optim.Updates.keep;

import dev.merapi.Tensor;

/// Adamax (Kingma and Ba, arXiv:1412.6980) as PyTorch computes it: with step number `t`, `m = beta1
/// * m + (1 - beta1) * g`, `u = max(beta2 * u, |g| + epsilon)`, `p = p - learningRate / (1 -
///   beta1^t)
/// * m / u`.
///
/// @param beta1 how much of the mean gradient is kept
/// @param beta2 how much of the largest gradient is kept
/// @param epsilon added to the magnitudes
/// @param weightDecay adds `weightDecay * p` to the gradient
public record Adamax(
    double learningRate, double beta1, double beta2, double epsilon, double weightDecay)
    implements Optimizer {
  public Adamax {
    notNegative("adamax", "learningRate", learningRate);
    share("adamax", "beta1", beta1);
    share("adamax", "beta2", beta2);
    notNegative("adamax", "epsilon", epsilon);
    notNegative("adamax", "weightDecay", weightDecay);
  }

  /// Adamax at that rate (PyTorch's default is 0.002), betas 0.9 and 0.999, epsilon 1e-8.
  public static Adamax adamax(double learningRate) {
    return new Adamax(learningRate, 0.9, 0.999, 1e-8, 0);
  }

  /// With other shares that are kept.
  public Adamax betas(double first, double second) {
    return new Adamax(learningRate, first, second, epsilon, weightDecay);
  }

  /// With another term added to the magnitudes.
  public Adamax epsilon(double term) {
    return new Adamax(learningRate, beta1, beta2, term, weightDecay);
  }

  /// With a penalty on the squares of the parameters.
  public Adamax weightDecay(double factor) {
    return new Adamax(learningRate, beta1, beta2, epsilon, factor);
  }

  @Override
  public Rule begin(Scope shared) {
    Tensor bias = correction(count(shared), beta1);
    return (parameter, gradient, own) -> {
      Tensor g = decayed(parameter, gradient, weightDecay);
      Tensor mean = follow(own, "mean", g, beta1);
      Tensor size = g.abs().plus(epsilon);
      Tensor largest = keep(own, "largest", state -> state.times(beta2).maximum(size), g);
      return parameter.minus(mean.over(largest).times(own.learningRate().over(bias)));
    };
  }
}
