package dev.merapi.optim;

import static dev.merapi.optim.Options.notNegative;
import static dev.merapi.optim.Options.share;
import static dev.merapi.optim.Updates.decayed;
import static dev.merapi.optim.Updates.follow;
import static dev.merapi.optim.Updates.keep;

import dev.merapi.Tensor;

/// RMSprop (Tieleman and Hinton, 2012) as PyTorch computes it: `v = alpha * v + (1 - alpha) * g^2`,
/// `p = p - learningRate * g / (sqrt(v) + epsilon)`.
///
/// @param alpha how much of the mean square is kept
/// @param epsilon added to the divisor
/// @param momentum 0 for none; else the quotient is gathered in a velocity
/// @param weightDecay adds `weightDecay * p` to the gradient
/// @param spread what divides
public record RmsProp(
    double learningRate,
    double alpha,
    double epsilon,
    double momentum,
    double weightDecay,
    Spread spread)
    implements Optimizer {
  /// What divides a gradient.
  public enum Spread {
    /// The root of the mean square.
    SQUARE,
    /// The deviation: the root of the mean square less the square of the mean.
    DEVIATION
  }

  public RmsProp {
    notNegative("rmsProp", "learningRate", learningRate);
    share("rmsProp", "alpha", alpha);
    notNegative("rmsProp", "epsilon", epsilon);
    notNegative("rmsProp", "momentum", momentum);
    notNegative("rmsProp", "weightDecay", weightDecay);
  }

  /// RMSprop at that rate (PyTorch's default is 0.01), alpha 0.99, epsilon 1e-8.
  public static RmsProp rmsProp(double learningRate) {
    return new RmsProp(learningRate, 0.99, 1e-8, 0, 0, Spread.SQUARE);
  }

  /// With another share of the mean square that is kept.
  public RmsProp alpha(double share) {
    return new RmsProp(learningRate, share, epsilon, momentum, weightDecay, spread);
  }

  /// With another term in the divisor.
  public RmsProp epsilon(double term) {
    return new RmsProp(learningRate, alpha, term, momentum, weightDecay, spread);
  }

  /// With momentum.
  public RmsProp momentum(double share) {
    return new RmsProp(learningRate, alpha, epsilon, share, weightDecay, spread);
  }

  /// With a penalty on the squares of the parameters.
  public RmsProp weightDecay(double factor) {
    return new RmsProp(learningRate, alpha, epsilon, momentum, factor, spread);
  }

  /// Divided by the deviation (Graves, arXiv:1308.0850).
  public RmsProp centered() {
    return new RmsProp(learningRate, alpha, epsilon, momentum, weightDecay, Spread.DEVIATION);
  }

  @Override
  public Rule begin(Scope shared) {
    return (parameter, gradient, own) -> {
      Tensor g = decayed(parameter, gradient, weightDecay);
      Tensor quotient = g.over(spread(g, own).sqrt().plus(epsilon));
      Tensor direction =
          momentum == 0
              ? quotient
              : keep(own, "momentum", state -> state.times(momentum).plus(quotient), quotient);
      return parameter.minus(direction.times(own.learningRate()));
    };
  }

  private Tensor spread(Tensor gradient, Scope own) {
    Tensor square = follow(own, "square", gradient.square(), alpha);
    if (spread == Spread.SQUARE) {
      return square;
    }
    Tensor mean = follow(own, "mean", gradient, alpha);
    // by rounding alone the difference may be below 0
    return square.minus(mean.square()).maximum(Tensor.scalar(0));
  }
}
