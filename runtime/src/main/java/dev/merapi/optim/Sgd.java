package dev.merapi.optim;

import static dev.merapi.optim.Options.atMostOne;
import static dev.merapi.optim.Options.notNegative;
import static dev.merapi.optim.Updates.count;
import static dev.merapi.optim.Updates.decayed;
import static dev.merapi.optim.Updates.keep;

import dev.merapi.MerapiException;
import dev.merapi.MerapiException.Kind;
import dev.merapi.Tensor;

/// Stochastic gradient descent with PyTorch's momentum: `v = momentum * v + (1 - dampening) * g`,
/// `p = p - learningRate * v`. The first `v` is the first gradient, undamped.
///
/// @param momentum 0 for none
/// @param weightDecay adds `weightDecay * p` to the gradient
/// @param look where the gradient is taken from
public record Sgd(
    double learningRate, double momentum, double dampening, double weightDecay, Look look)
    implements Optimizer {
  /// Whether the step looks ahead.
  public enum Look {
    /// Steps by the velocity.
    HERE,
    /// Steps by where the velocity will lead (Nesterov).
    AHEAD
  }

  public Sgd {
    notNegative("sgd", "learningRate", learningRate);
    notNegative("sgd", "momentum", momentum);
    atMostOne("sgd", "dampening", dampening);
    notNegative("sgd", "weightDecay", weightDecay);
  }

  /// Plain descent at that rate.
  public static Sgd sgd(double learningRate) {
    return new Sgd(learningRate, 0, 0, 0, Look.HERE);
  }

  /// With momentum.
  public Sgd momentum(double share) {
    return new Sgd(learningRate, share, dampening, weightDecay, look);
  }

  /// With damped momentum.
  ///
  /// @param share of the gradient that is kept from the velocity, 0 to 1
  public Sgd dampening(double share) {
    return new Sgd(learningRate, momentum, share, weightDecay, look);
  }

  /// With a penalty on the squares of the parameters.
  public Sgd weightDecay(double factor) {
    return new Sgd(learningRate, momentum, dampening, factor, look);
  }

  /// With Nesterov's momentum. It needs [#momentum(double)], before or after, and no dampening.
  public Sgd nesterov() {
    return new Sgd(learningRate, momentum, dampening, weightDecay, Look.AHEAD);
  }

  /// @throws MerapiException of kind `ARGUMENT` if it should look ahead without momentum, or with
  ///   dampening
  @Override
  public Rule begin(Scope shared) {
    if (look == Look.AHEAD && (momentum == 0 || dampening != 0)) {
      throw MerapiException.of(Kind.ARGUMENT, "sgd: Nesterov needs momentum and no dampening")
          .with("momentum", momentum)
          .with("dampening", dampening)
          .hint("sgd(rate).momentum(0.9).nesterov()");
    }
    Tensor share = momentum == 0 || dampening == 0 ? Tensor.scalar(1) : damped(shared);
    return (parameter, gradient, own) -> {
      Tensor pull = decayed(parameter, gradient, weightDecay);
      Tensor direction = momentum == 0 ? pull : velocity(pull, share, own);
      return parameter.minus(direction.times(own.learningRate()));
    };
  }

  /// The gradient's share of the velocity: all of it at the first step only.
  private Tensor damped(Scope shared) {
    Tensor isFirst = count(shared).equalTo(Tensor.scalar(1));
    return Tensor.where(isFirst, Tensor.scalar(1), Tensor.scalar(1 - dampening));
  }

  private Tensor velocity(Tensor pull, Tensor share, Scope own) {
    Tensor added = dampening == 0 ? pull : pull.times(share);
    Tensor next = keep(own, "momentum", state -> state.times(momentum).plus(added), pull);
    return look == Look.AHEAD ? pull.plus(next.times(momentum)) : next;
  }
}
