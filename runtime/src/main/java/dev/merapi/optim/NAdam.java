package dev.merapi.optim;

import static dev.merapi.optim.Options.notNegative;
import static dev.merapi.optim.Options.share;
import static dev.merapi.optim.Updates.correction;
import static dev.merapi.optim.Updates.count;
import static dev.merapi.optim.Updates.decayed;
import static dev.merapi.optim.Updates.follow;
import static dev.merapi.optim.Updates.keep;

import dev.merapi.Tensor;
import dev.merapi.graph.ScalarFn;

/// Adam with Nesterov's momentum (Dozat, 2016) as PyTorch computes it: the share `mu` of the mean
/// gradient grows with step number `t`, `mu = beta1 * (1 - 0.96^(t * momentumDecay) / 2)`.
///
/// @param beta1 how much of the mean gradient is kept
/// @param beta2 how much of the mean square is kept
/// @param epsilon added to the divisor
/// @param weightDecay adds `weightDecay * p` to the gradient
/// @param momentumDecay how fast `mu` grows
public record NAdam(
    double learningRate,
    double beta1,
    double beta2,
    double epsilon,
    double weightDecay,
    double momentumDecay)
    implements Optimizer {
  public NAdam {
    notNegative("nAdam", "learningRate", learningRate);
    share("nAdam", "beta1", beta1);
    share("nAdam", "beta2", beta2);
    notNegative("nAdam", "epsilon", epsilon);
    notNegative("nAdam", "weightDecay", weightDecay);
    notNegative("nAdam", "momentumDecay", momentumDecay);
  }

  /// NAdam at that rate (PyTorch's default is 0.002), betas 0.9 and 0.999, epsilon 1e-8, momentum
  /// decay 0.004.
  public static NAdam nAdam(double learningRate) {
    return new NAdam(learningRate, 0.9, 0.999, 1e-8, 0, 0.004);
  }

  /// With other shares that are kept.
  public NAdam betas(double first, double second) {
    return new NAdam(learningRate, first, second, epsilon, weightDecay, momentumDecay);
  }

  /// With another term in the divisor.
  public NAdam epsilon(double term) {
    return new NAdam(learningRate, beta1, beta2, term, weightDecay, momentumDecay);
  }

  /// With a penalty on the squares of the parameters.
  public NAdam weightDecay(double factor) {
    return new NAdam(learningRate, beta1, beta2, epsilon, factor, momentumDecay);
  }

  /// With momentum that grows at another speed.
  public NAdam momentumDecay(double speed) {
    return new NAdam(learningRate, beta1, beta2, epsilon, weightDecay, speed);
  }

  @Override
  public Rule begin(Scope shared) {
    Tensor step = count(shared);
    Tensor now = momentum(step);
    Tensor next = momentum(step.plus(1));
    Tensor isFirst = step.equalTo(Tensor.scalar(1)); // states begin with 0, the product with 1
    Tensor product =
        keep(shared, "product", state -> Tensor.where(isFirst, now, state.times(now)), step);
    Tensor ofGradient = rest(now).over(rest(product));
    Tensor ofMean = next.over(rest(product.times(next)));
    Tensor bias = correction(step, beta2);
    return (parameter, gradient, own) -> {
      Tensor g = decayed(parameter, gradient, weightDecay);
      Tensor mean = follow(own, "mean", g, beta1);
      Tensor square = follow(own, "square", g.square(), beta2);
      Tensor divisor = square.over(bias).sqrt().plus(epsilon);
      Tensor direction = g.times(ofGradient).plus(mean.times(ofMean));
      return parameter.minus(direction.over(divisor).times(own.learningRate()));
    };
  }

  private Tensor momentum(Tensor step) {
    ScalarFn exponent = ScalarFn.arg(0).times(ScalarFn.f32(momentumDecay * Math.log(0.96)));
    return step.map(exponent).exp().times(-0.5).plus(1).times(beta1);
  }

  private static Tensor rest(Tensor share) {
    return Tensor.scalar(1).minus(share);
  }
}
