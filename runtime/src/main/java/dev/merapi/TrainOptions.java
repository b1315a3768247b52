package dev.merapi;

import dev.merapi.MerapiException.Kind;
import dev.merapi.optim.Clipping;
import dev.merapi.optim.Optimizer;
import dev.merapi.train.Loss;
import dev.merapi.train.Penalty;
import java.util.List;
import java.util.stream.Stream;

/// What a step of training does: the loss, the optimizer, and what happens to gradients in between.
///
/// ```java
/// var options =
///     TrainOptions.of(crossEntropy(), adam(0.001))
///         .penalty(l2(1e-4))
///         .freeze("conv1.*")
///         .clipNorm(1)
///         .accumulate(4);
/// TrainStep step = model.trainStep(options, CompileOptions.cpu().size("N", 16));
/// ```
///
/// @param penalties added to the loss
/// @param frozen the parameters that keep their values: they have no gradient and no state
/// @param clipping what bounds the gradients, in order
/// @param accumulation the runs whose mean gradient makes one update
/// @param samples whether rows have weights of their own
/// @param watch what is measured beside the loss
/// @param seed where the step's random numbers come from, such as those of dropout
public record TrainOptions(
    Loss loss,
    Optimizer optimizer,
    List<Penalty> penalties,
    List<NamePattern> frozen,
    List<Clipping> clipping,
    int accumulation,
    Samples samples,
    Watch watch,
    RandomKey seed) {
  /// How much rows count in the loss.
  public enum Samples {
    /// All the same.
    ALIKE,
    /// Each by the weight that [TrainStep#sampleWeights()] is given for it.
    WEIGHTED
  }

  /// What a step measures.
  public enum Watch {
    /// Nothing but the loss.
    LOSS,
    /// The norms of the gradients, too: see [TrainStep#gradientNorms()].
    GRADIENT_NORMS
  }

  public TrainOptions {
    penalties = List.copyOf(penalties);
    frozen = List.copyOf(frozen);
    clipping = List.copyOf(clipping);
    if (accumulation < 1) {
      throw MerapiException.of(Kind.ARGUMENT, "accumulate: needs a run").with("runs", accumulation);
    }
  }

  /// A loss and an optimizer, and nothing special.
  public static TrainOptions of(Loss loss, Optimizer optimizer) {
    return new TrainOptions(
        loss,
        optimizer,
        List.of(),
        List.of(),
        List.of(),
        1,
        Samples.ALIKE,
        Watch.LOSS,
        RandomKey.of(0));
  }

  /// With another loss.
  public TrainOptions loss(Loss other) {
    return new TrainOptions(
        other, optimizer, penalties, frozen, clipping, accumulation, samples, watch, seed);
  }

  /// With another optimizer.
  public TrainOptions optimizer(Optimizer other) {
    return new TrainOptions(
        loss, other, penalties, frozen, clipping, accumulation, samples, watch, seed);
  }

  /// With one more penalty on weights, added to the loss: `penalty(l2(1e-4))`.
  public TrainOptions penalty(Penalty another) {
    return new TrainOptions(
        loss,
        optimizer,
        more(penalties, another),
        frozen,
        clipping,
        accumulation,
        samples,
        watch,
        seed);
  }

  /// With more parameters that keep their values, by [NamePattern]: `freeze("conv1.*")`.
  ///
  /// It is for weights only, as PyTorch's `requires_grad = False`: layers with frozen weights
  /// behave as in training all the same, so dropout drops, and batch normalisation uses each
  /// batch's own statistics and its running ones follow them. Keras's `trainable = False` stops
  /// those, too.
  public TrainOptions freeze(String... patterns) {
    List<NamePattern> all =
        Stream.concat(frozen.stream(), NamePattern.all(patterns).stream()).toList();
    return new TrainOptions(
        loss, optimizer, penalties, all, clipping, accumulation, samples, watch, seed);
  }

  /// With all gradients scaled down where the norm of all of them together is larger than that; as
  /// PyTorch's `clip_grad_norm_`.
  public TrainOptions clipNorm(double largest) {
    return clip(new Clipping.Norm(largest));
  }

  /// With each element of a gradient held in `[-largest, largest]`; as PyTorch's
  /// `clip_grad_value_`.
  public TrainOptions clipValue(double largest) {
    return clip(new Clipping.Value(largest));
  }

  private TrainOptions clip(Clipping another) {
    return new TrainOptions(
        loss,
        optimizer,
        penalties,
        frozen,
        more(clipping, another),
        accumulation,
        samples,
        watch,
        seed);
  }

  /// With one update in so many runs, by the gradient of the loss over all their positions: what
  /// one batch gives that is as large, whether runs have as many rows, rows count alike or not. The
  /// other runs leave the weights and the optimizer's state alone; running statistics of layers
  /// follow every run. `fit` makes an update at the end of each epoch, by the batches that are
  /// left; in a loop of one's own that is [TrainStep#runAndUpdate()].
  public TrainOptions accumulate(int runs) {
    return new TrainOptions(
        loss, optimizer, penalties, frozen, clipping, runs, samples, watch, seed);
  }

  /// With a weight for each row, to be filled in before a run: [TrainStep#sampleWeights()]. A mean
  /// is divided by their sum, as a weighted mean is (Keras's `mean_with_sample_weight`). `fit` does
  /// it by itself where the data have weights.
  public TrainOptions sampleWeights() {
    return new TrainOptions(
        loss, optimizer, penalties, frozen, clipping, accumulation, Samples.WEIGHTED, watch, seed);
  }

  /// With the norms of the gradients measured; see [TrainStep#gradientNorms()].
  public TrainOptions gradientNorms() {
    return new TrainOptions(
        loss,
        optimizer,
        penalties,
        frozen,
        clipping,
        accumulation,
        samples,
        Watch.GRADIENT_NORMS,
        seed);
  }

  /// With other random numbers.
  public TrainOptions seed(RandomKey key) {
    return new TrainOptions(
        loss, optimizer, penalties, frozen, clipping, accumulation, samples, watch, key);
  }

  private static <T> List<T> more(List<T> some, T another) {
    return Stream.concat(some.stream(), Stream.of(another)).toList();
  }
}
