package dev.merapi.nn;

import dev.merapi.MerapiException;
import dev.merapi.MerapiException.Kind;
import dev.merapi.Tensor;
import dev.merapi.Trace;
import dev.merapi.graph.Dim;
import dev.merapi.graph.Shape;
import dev.merapi.ops.Compose;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;

/// Batch normalisation of `f32[N, C, ...]` (Ioffe and Szegedy, arXiv:1502.03167), with any number
/// of axes behind the channels: `(x - mean) / sqrt(variance + eps) * weight + bias` for each
/// channel.
///
/// In training, mean and variance are those of the batch (the variance divided by the number of
/// elements), and the running ones follow them: `(1 - momentum) * running + momentum * batch`,
/// where the variance is the unbiased estimate. Otherwise the running ones are used. A channel of a
/// single element has no variance: training with such a batch is refused when its size is bound, as
/// in PyTorch.
///
/// Parameters: `weight` `[C]`, ones, and `bias` `[C]`, zeros; buffers `running_mean` `[C]`, zeros,
/// and `running_var` `[C]`, ones. The options give changed copies:
/// `batchNorm(64).momentum(0.01).eps(1e-3)`.
///
/// [#withoutRunningStatistics()] has no buffers and uses those of the batch everywhere.
public final class BatchNorm extends Module {
  private final long features;
  private final double momentum;
  private final double eps;
  private final Optional<Affine> affine;
  private final Optional<Running> running;

  /// What is learned.
  private record Affine(Parameter weight, Parameter bias) {}

  /// What follows the batches.
  private record Running(Parameter mean, Parameter variance) {}

  private BatchNorm(long features, double momentum, double eps, boolean learned, boolean followed) {
    if (features < 1 || !(momentum >= 0 && momentum <= 1) || !(eps >= 0)) {
      throw MerapiException.of(Kind.ARGUMENT, "batchNorm: numbers out of range")
          .with("features", features)
          .with("momentum", momentum)
          .with("eps", eps);
    }
    this.features = features;
    this.momentum = momentum;
    this.eps = eps;
    Shape shape = Shape.of(features);
    affine =
        learned
            ? Optional.of(
                new Affine(
                    parameter("weight", shape, Initializers.ones()),
                    parameter("bias", shape, Initializers.zeros())))
            : Optional.empty();
    running =
        followed
            ? Optional.of(
                new Running(
                    buffer("running_mean", shape, Initializers.zeros()),
                    buffer("running_var", shape, Initializers.ones())))
            : Optional.empty();
  }

  /// A layer of that many channels, with momentum 0.1 and eps 1e-5.
  public static BatchNorm of(long features) {
    return new BatchNorm(features, 0.1, 1e-5, true, true);
  }

  /// The share of the batch in the new running mean and variance.
  public BatchNorm momentum(double share) {
    return new BatchNorm(features, share, eps, affine.isPresent(), running.isPresent());
  }

  /// What is added to the variance.
  public BatchNorm eps(double added) {
    return new BatchNorm(features, momentum, added, affine.isPresent(), running.isPresent());
  }

  /// This layer without weight and bias.
  public BatchNorm withoutAffine() {
    return new BatchNorm(features, momentum, eps, false, running.isPresent());
  }

  /// This layer without running mean and variance: it uses those of the batch in serving, too,
  /// where a row's result then depends on the others (PyTorch's `track_running_stats=False`).
  public BatchNorm withoutRunningStatistics() {
    return new BatchNorm(features, momentum, eps, affine.isPresent(), false);
  }

  @Override
  protected String settings() {
    String own = features + ", eps=" + eps + ", momentum=" + momentum;
    return own
        + (affine.isPresent() ? "" : ", affine=false")
        + (running.isPresent() ? "" : ", track_running_stats=false");
  }

  @Override
  protected Tensor forward(Tensor x) {
    if (x.rank() < 2 || !x.size(1).equals(Dim.of(features))) {
      throw MerapiException.of(Kind.SHAPE, "batchNorm: axis 1 must have the layer's channels")
          .with("operand", x.type())
          .with("channels", features);
    }
    return running.map(each -> follow(each, x)).orElseGet(() -> Batch.of(x).normalised(this));
  }

  private Tensor follow(Running each, Tensor x) {
    return Trace.current()
        .filter(trace -> trace.mode() == Trace.Mode.TRAIN)
        .map(trace -> train(trace, each, x))
        .orElseGet(() -> evaluate(each, x));
  }

  private Tensor train(Trace trace, Running each, Tensor x) {
    Batch batch = Batch.of(x);
    trace.update(each.mean.tensor(), before -> blend(before, batch.mean));
    trace.update(each.variance.tensor(), before -> blend(before, batch.unbiased(x)));
    return batch.normalised(this);
  }

  /// The statistics of a batch.
  private record Batch(Tensor mean, Tensor centred, Tensor variance) {
    static Batch of(Tensor x) {
      Tensor mean = x.mean(others(x));
      Tensor centred = x.minus(spread(x, mean));
      return new Batch(
          mean,
          centred,
          Tensor.build(
              (builder, xs) -> Compose.batchVariance(builder, xs.getFirst(), others(x)), centred));
    }

    Tensor unbiased(Tensor x) {
      return Tensor.build(
          (builder, xs) -> Compose.unbiased(builder, xs.getFirst(), xs.getLast(), others(x)),
          variance,
          x);
    }

    Tensor normalised(BatchNorm layer) {
      Tensor scaled = centred.times(spread(centred, layer.scale(variance)));
      return layer
          .affine
          .map(each -> scaled.plus(spread(scaled, each.bias.tensor())))
          .orElse(scaled);
    }

    private static int[] others(Tensor x) {
      return IntStream.range(0, x.rank()).filter(axis -> axis != 1).toArray();
    }
  }

  /// One multiplication and one addition for each element.
  private Tensor evaluate(Running each, Tensor x) {
    Tensor scale = scale(each.variance.tensor());
    Tensor shift = each.mean.tensor().times(scale).negate();
    Tensor moved = affine.map(own -> own.bias.tensor().plus(shift)).orElse(shift);
    return x.times(spread(x, scale)).plus(spread(x, moved));
  }

  private Tensor scale(Tensor variance) {
    Tensor deviation = variance.plus(eps).sqrt();
    Tensor numerator = affine.map(each -> each.weight.tensor()).orElse(Tensor.scalar(1));
    return numerator.over(deviation);
  }

  private Tensor blend(Tensor before, Tensor batch) {
    return before.times(1 - momentum).plus(batch.times(momentum));
  }

  private static Tensor spread(Tensor x, Tensor perChannel) {
    return Spread.over(x, perChannel, List.of(1));
  }
}
