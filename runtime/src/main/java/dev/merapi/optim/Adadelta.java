package dev.merapi.optim;

import static dev.merapi.optim.Options.notNegative;
import static dev.merapi.optim.Options.share;
import static dev.merapi.optim.Updates.decayed;
import static dev.merapi.optim.Updates.follow;

import dev.merapi.Tensor;

/// Adadelta (Zeiler, arXiv:1212.5701) as PyTorch computes it: `v = rho * v + (1 - rho) * g^2`, `d =
/// sqrt(u + epsilon) / sqrt(v + epsilon) * g`, `u = rho * u + (1 - rho) * d^2`, `p = p -
/// learningRate * d`.
///
/// @param rho how much of the mean squares is kept
/// @param epsilon added below the roots
/// @param weightDecay adds `weightDecay * p` to the gradient
public record Adadelta(double learningRate, double rho, double epsilon, double weightDecay)
    implements Optimizer {
  public Adadelta {
    notNegative("adadelta", "learningRate", learningRate);
    share("adadelta", "rho", rho);
    notNegative("adadelta", "epsilon", epsilon);
    notNegative("adadelta", "weightDecay", weightDecay);
  }

  /// Adadelta at that rate (PyTorch's default is 1), rho 0.9, epsilon 1e-6.
  public static Adadelta adadelta(double learningRate) {
    return new Adadelta(learningRate, 0.9, 1e-6, 0);
  }

  /// With another share of the mean squares that is kept.
  public Adadelta rho(double share) {
    return new Adadelta(learningRate, share, epsilon, weightDecay);
  }

  /// With another term below the roots.
  public Adadelta epsilon(double term) {
    return new Adadelta(learningRate, rho, term, weightDecay);
  }

  /// With a penalty on the squares of the parameters.
  public Adadelta weightDecay(double factor) {
    return new Adadelta(learningRate, rho, epsilon, factor);
  }

  @Override
  public Rule begin(Scope shared) {
    return (parameter, gradient, own) -> {
      Tensor g = decayed(parameter, gradient, weightDecay);
      Tensor square = follow(own, "square", g.square(), rho);
      Tensor before = own.state("change", g.type());
      Tensor change = before.plus(epsilon).sqrt().over(square.plus(epsilon).sqrt()).times(g);
      follow(own, "change", change.square(), rho);
      return parameter.minus(change.times(own.learningRate()));
    };
  }
}
