package dev.merapi.optim;

import static dev.merapi.optim.Options.notNegative;
import static dev.merapi.optim.Options.share;
import static dev.merapi.optim.Updates.correction;
import static dev.merapi.optim.Updates.count;
import static dev.merapi.optim.Updates.decayed;
import static dev.merapi.optim.Updates.follow;
import static dev.merapi.optim.Updates.keep;

import dev.merapi.Tensor;

/// Adam (Kingma and Ba, arXiv:1412.6980) as PyTorch computes it: with step number `t`, `m = beta1 *
/// m + (1 - beta1) * g`, `v = beta2 * v + (1 - beta2) * g^2`, `p = p - learningRate / (1 - beta1^t)
/// * m / (sqrt(v) / sqrt(1 - beta2^t) + epsilon)`.
///
/// @param beta1 how much of the mean gradient is kept
/// @param beta2 how much of the mean square is kept
/// @param epsilon added to the divisor
/// @param weightDecay adds `weightDecay * p` to the gradient; see [AdamW] for one that does not mix
/// @param squares which mean square divides
public record Adam(
    double learningRate,
    double beta1,
    double beta2,
    double epsilon,
    double weightDecay,
    Squares squares)
    implements Optimizer {
  /// Which mean square divides.
  public enum Squares {
    /// That of now.
    LATEST,
    /// The largest so far (AMSGrad: Reddi et al., arXiv:1904.09237).
    LARGEST
  }

  public Adam {
    notNegative("adam", "learningRate", learningRate);
    share("adam", "beta1", beta1);
    share("adam", "beta2", beta2);
    notNegative("adam", "epsilon", epsilon);
    notNegative("adam", "weightDecay", weightDecay);
  }

  /// Adam at that rate (PyTorch's default is 0.001), betas 0.9 and 0.999, epsilon 1e-8.
  public static Adam adam(double learningRate) {
    return new Adam(learningRate, 0.9, 0.999, 1e-8, 0, Squares.LATEST);
  }

  /// With other shares that are kept.
  public Adam betas(double first, double second) {
    return new Adam(learningRate, first, second, epsilon, weightDecay, squares);
  }

  /// With another term in the divisor.
  public Adam epsilon(double term) {
    return new Adam(learningRate, beta1, beta2, term, weightDecay, squares);
  }

  /// With a penalty on the squares of the parameters.
  public Adam weightDecay(double factor) {
    return new Adam(learningRate, beta1, beta2, epsilon, factor, squares);
  }

  /// With the largest mean square so far as the divisor.
  public Adam amsgrad() {
    return new Adam(learningRate, beta1, beta2, epsilon, weightDecay, Squares.LARGEST);
  }

  @Override
  public Rule begin(Scope shared) {
    Tensor step = count(shared);
    Tensor bias = correction(step, beta1);
    Tensor root = correction(step, beta2).sqrt();
    return (parameter, gradient, own) -> {
      Tensor g = decayed(parameter, gradient, weightDecay);
      Tensor mean = follow(own, "mean", g, beta1);
      Tensor square = follow(own, "square", g.square(), beta2);
      Tensor used =
          squares == Squares.LARGEST ? keep(own, "largest", square::maximum, square) : square;
      Tensor divisor = used.sqrt().over(root).plus(epsilon);
      return parameter.minus(mean.over(divisor).times(own.learningRate().over(bias)));
    };
  }
}
