package dev.merapi.optim;

import static dev.merapi.optim.Options.notNegative;
import static dev.merapi.optim.Updates.count;
import static dev.merapi.optim.Updates.decayed;
import static dev.merapi.optim.Updates.keep;

import dev.merapi.Tensor;

/// Adagrad (Duchi et al., 2011) as PyTorch computes it: with step number `t`, `s = s + g^2`, `p = p
/// - learningRate / (1 + (t - 1) * rateDecay) * g / (sqrt(s) + epsilon)`.
///
/// @param rateDecay how fast the rate falls
/// @param weightDecay adds `weightDecay * p` to the gradient
/// @param accumulator what the sum of squares begins with
/// @param epsilon added to the divisor
public record Adagrad(
    double learningRate, double rateDecay, double weightDecay, double accumulator, double epsilon)
    implements Optimizer {
  public Adagrad {
    notNegative("adagrad", "learningRate", learningRate);
    notNegative("adagrad", "rateDecay", rateDecay);
    notNegative("adagrad", "weightDecay", weightDecay);
    notNegative("adagrad", "accumulator", accumulator);
    notNegative("adagrad", "epsilon", epsilon);
  }

  /// Adagrad at that rate (PyTorch's default is 0.01), epsilon 1e-10.
  public static Adagrad adagrad(double learningRate) {
    return new Adagrad(learningRate, 0, 0, 0, 1e-10);
  }

  /// With a rate that falls.
  public Adagrad rateDecay(double speed) {
    return new Adagrad(learningRate, speed, weightDecay, accumulator, epsilon);
  }

  /// With a penalty on the squares of the parameters.
  public Adagrad weightDecay(double factor) {
    return new Adagrad(learningRate, rateDecay, factor, accumulator, epsilon);
  }

  /// With another first sum of squares.
  public Adagrad accumulator(double first) {
    return new Adagrad(learningRate, rateDecay, weightDecay, first, epsilon);
  }

  /// With another term in the divisor.
  public Adagrad epsilon(double term) {
    return new Adagrad(learningRate, rateDecay, weightDecay, accumulator, term);
  }

  @Override
  public Rule begin(Scope shared) {
    Tensor slower =
        rateDecay == 0 ? Tensor.scalar(1) : count(shared).minus(1).times(rateDecay).plus(1);
    return (parameter, gradient, own) -> {
      Tensor g = decayed(parameter, gradient, weightDecay);
      // states begin with 0: what the sum begins with is added where it is read
      Tensor sum = keep(own, "sum", g.square()::plus, g);
      Tensor divisor = sum.plus(accumulator).sqrt().plus(epsilon);
      return parameter.minus(g.over(divisor).times(own.learningRate().over(slower)));
    };
  }
}
