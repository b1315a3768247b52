package dev.merapi.train;

import dev.merapi.MerapiException;
import dev.merapi.MerapiException.Kind;
import dev.merapi.Tensor;
import dev.merapi.ops.Elementwise;
import dev.merapi.ops.ScalarFamilies;

/// The usual losses, for static import. Each is a mean, as PyTorch's are by default: over all
/// elements, or over all positions that have a class, of all batches together. For a sum choose
/// `.reduction(SUM)`; [Loss#each] gives each position's, and [Loss#of(String, BinaryOperator)]
/// makes a loss of a formula.
///
/// Losses of one score for each class ([#crossEntropy()], [#negativeLogLikelihood()],
/// [#multiMargin()]) take class numbers (`i32`) as targets; all others take targets of the type of
/// the output.
public final class Losses {
  private Losses() {}

  // Classes

  /// The difference between class scores and the true classes: outputs `f32[N, classes, ...]`
  /// before any softmax, targets `i32[N, ...]` from 0 to `classes - 1`.
  ///
  /// A target outside that range is an error of kind `INDEX` at the run that meets it, unless it is
  /// the one that [ClassLoss#ignoring(int)] names.
  public static ClassLoss crossEntropy() {
    return ClassLoss.of("crossEntropy", OutputKind.SCORES, scores -> scores.logSoftmax(1));
  }

  /// As [#crossEntropy()], for outputs that are logarithms of probabilities already.
  public static ClassLoss negativeLogLikelihood() {
    return ClassLoss.of(
        "negativeLogLikelihood", OutputKind.LOG_PROBABILITIES, likelihoods -> likelihoods);
  }

  /// As [#multiMargin(double)], with a margin of 1.
  public static Loss multiMargin() {
    return multiMargin(1);
  }

  /// The hinge loss of several classes: the sum of `max(0, margin - score of the true class +
  /// score)` over the other classes, divided by the number of classes. Outputs are `f32[N,
  /// classes]`, targets `i32[N]`.
  public static Loss multiMargin(double margin) {
    return new MarginLoss(margin);
  }

  // Numbers

  /// The mean square of the difference.
  public static Loss mse() {
    return new ElementLoss("mse", (output, target) -> output.minus(target).square());
  }

  /// The mean magnitude of the difference (PyTorch's `L1Loss`).
  public static Loss mae() {
    return new ElementLoss("mae", (output, target) -> output.minus(target).abs());
  }

  /// As [#huber(double)], with a delta of 1.
  public static Loss huber() {
    return huber(1);
  }

  /// `d^2 / 2` where the difference `d` is within `delta`, beyond it in a straight line: `delta *
  /// (|d|
  /// - delta / 2)` (Huber, 1964).
  public static Loss huber(double delta) {
    positive("huber", "delta", delta);
    return new ElementLoss(
        "huber(" + delta + ")", (output, target) -> bent(output.minus(target), delta));
  }

  /// As [#smoothL1(double)], with a beta of 1.
  public static Loss smoothL1() {
    return smoothL1(1);
  }

  /// [#huber(double)] divided by `beta`, so that far off the slope is 1 (Girshick,
  /// arXiv:1504.08083).
  public static Loss smoothL1(double beta) {
    positive("smoothL1", "beta", beta);
    return new ElementLoss(
        "smoothL1(" + beta + ")", (output, target) -> bent(output.minus(target), beta).over(beta));
  }

  /// By what the difference is held in `[-delta, delta]`: its derivative is just that.
  private static Tensor bent(Tensor difference, double delta) {
    Tensor held = difference.map(ScalarFamilies.clamp(-delta, delta));
    return held.times(difference.minus(held.times(0.5)));
  }

  /// Counts that are Poisson-distributed with the mean `exp(output)`: `exp(output) - target *
  /// output`, without the terms of the target alone.
  public static Loss poisson() {
    return new ElementLoss("poisson", (output, target) -> output.exp().minus(target.times(output)));
  }

  // Probabilities

  /// Binary cross-entropy: outputs are probabilities, targets lie in `[0, 1]`. Logarithms are at
  /// least -100, as PyTorch has it.
  public static Loss bce() {
    return new ElementLoss(
        "bce",
        (output, target) -> output.map(Elementwise.BINARY_CROSS_ENTROPY, target),
        0.5,
        OutputKind.PROBABILITIES);
  }

  /// Binary cross-entropy of the sigmoid of the outputs, without the loss of digits. For several
  /// labels at once outputs and targets are `f32[N, labels]`, one yes or no for each.
  public static LogitLoss bceWithLogits() {
    return LogitLoss.of();
  }

  /// The Kullback-Leibler divergence: outputs are logarithms of probabilities, targets are
  /// probabilities; `target * (log(target) - output)`, 0 where the target is 0.
  ///
  /// It is the mean over all elements, which is PyTorch's default; [#klDivergencePerRow()] is the
  /// one of the textbooks.
  public static Loss klDivergence() {
    return new ElementLoss("klDivergence", Losses::divergence, 0.5, OutputKind.LOG_PROBABILITIES);
  }

  /// As [#klDivergence()], but summed up over all axes but the first, and the mean over that
  /// (PyTorch's `batchmean`).
  public static Loss klDivergencePerRow() {
    return new RowLoss(
        "klDivergencePerRow", (output, target) -> divergence(output, target).flatten(1).sum(1));
  }

  private static Tensor divergence(Tensor output, Tensor target) {
    Tensor none = Tensor.scalar(0);
    Tensor isNone = target.equalTo(none);
    Tensor log = Tensor.where(isNone, Tensor.scalar(1), target).log();
    return target.times(Tensor.where(isNone, none, log.minus(output)));
  }

  // Directions

  /// The hinge loss: targets are -1 or 1, `max(0, 1 - target * output)`.
  public static Loss hinge() {
    return new ElementLoss(
        "hinge",
        (output, target) -> Tensor.scalar(1).minus(output.times(target)).map(Elementwise.RELU),
        0,
        OutputKind.ANY);
  }

  /// One minus the cosine of the angle between the rows of output and target, over all axes but the
  /// first (PyTorch's `CosineEmbeddingLoss` of pairs that belong together).
  public static Loss cosineSimilarity() {
    return new RowLoss("cosineSimilarity", Losses::apart);
  }

  private static Tensor apart(Tensor output, Tensor target) {
    Tensor x = output.flatten(1);
    Tensor y = target.flatten(1);
    double tiny = 1e-12; // rows of zeros have no direction: PyTorch adds this to the squares
    Tensor squares = x.square().sum(1).plus(tiny).times(y.square().sum(1).plus(tiny));
    return Tensor.scalar(1).minus(x.times(y).sum(1).over(squares.sqrt()));
  }

  static void positive(String loss, String name, double value) {
    if (!(value > 0) || Double.isInfinite(value)) {
      throw MerapiException.of(Kind.ARGUMENT, loss + ": option out of range").with(name, value);
    }
  }
}
