package dev.merapi.train;

import dev.merapi.MerapiException;
import dev.merapi.MerapiException.Kind;
import dev.merapi.Tensor;
import dev.merapi.graph.DType;
import dev.merapi.graph.Dim;
import dev.merapi.graph.Shape;
import dev.merapi.graph.TensorType;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;

/// A loss of class scores along axis 1 against class numbers: [Losses#crossEntropy()] and
/// [Losses#negativeLogLikelihood()].
///
/// ```java
/// crossEntropy().weights(1, 5).labelSmoothing(0.1).ignoring(-1)
/// ```
///
/// With `L` the logarithms of the probabilities, `y` the true class, `w` the weights (1 if none are
/// given) and `e` the smoothing, it is the sum over all positions of `-(1 - e) * w[y] * L[y] - e /
/// classes * sum(w * L)`, divided by the sum of all `w[y]`; positions that are ignored count in
/// neither. If all are, there is no mean: it is NaN with a gradient of zeros, as in PyTorch, and
/// counts for nothing in the mean of several batches.
public final class ClassLoss implements Loss {
  private final String name;
  private final OutputKind kind;
  private final UnaryOperator<Tensor> likelihoods;
  private final List<Double> weights;
  private final double smoothing;
  private final OptionalInt ignored;

  private ClassLoss(
      String name,
      OutputKind kind,
      UnaryOperator<Tensor> likelihoods,
      List<Double> weights,
      double smoothing,
      OptionalInt ignored) {
    this.name = name;
    this.kind = kind;
    this.likelihoods = likelihoods;
    this.weights = List.copyOf(weights);
    this.smoothing = smoothing;
    this.ignored = ignored;
  }

  /// @param likelihoods makes the logarithms of the probabilities of the outputs
  static ClassLoss of(String name, OutputKind kind, UnaryOperator<Tensor> likelihoods) {
    return new ClassLoss(name, kind, likelihoods, List.of(), 0, OptionalInt.empty());
  }

  /// With a weight for each class, such as a larger one for those that are rare.
  public ClassLoss weights(double... each) {
    var list = Arrays.stream(each).boxed().toList();
    for (double weight : each) {
      if (!(weight >= 0) || Double.isInfinite(weight)) {
        throw MerapiException.of(Kind.ARGUMENT, name + ": weight out of range")
            .with("weights", list);
      }
    }
    return new ClassLoss(name, kind, likelihoods, list, smoothing, ignored);
  }

  /// With a share of the truth spread evenly over all classes (Szegedy et al., arXiv:1512.00567).
  public ClassLoss labelSmoothing(double share) {
    if (!(share >= 0 && share <= 1)) {
      throw MerapiException.of(Kind.ARGUMENT, name + ": smoothing out of range")
          .with("share", share);
    }
    return new ClassLoss(name, kind, likelihoods, weights, share, ignored);
  }

  /// With a number in the targets that stands for no class: such positions do not count.
  public ClassLoss ignoring(int number) {
    return new ClassLoss(name, kind, likelihoods, weights, smoothing, OptionalInt.of(number));
  }

  @Override
  public OutputKind takes() {
    return kind;
  }

  @Override
  public OptionalLong classes(TensorType output) {
    return countOf(output);
  }

  /// The scores along axis 1, if their number is known.
  static OptionalLong countOf(TensorType output) {
    boolean known = output.rank() > 1 && output.shape().dim(1).isConstant();
    return known ? OptionalLong.of(output.shape().dim(1).value()) : OptionalLong.empty();
  }

  @Override
  public OptionalInt ignored() {
    return ignored;
  }

  @Override
  public TensorType target(TensorType output) {
    TensorType labels = labels(name, output);
    if (!weights.isEmpty() && !output.shape().dim(1).equals(Dim.of(weights.size()))) {
      throw MerapiException.of(Kind.SHAPE, name + ": number of weights differs from classes")
          .with("output", output)
          .with("weights", weights);
    }
    return labels;
  }

  @Override
  public LossTerms terms(Tensor output, Tensor target) {
    Tensor logs = likelihoods.apply(output);
    Tensor label = masked(target, target, Tensor.of(Shape.SCALAR, 0));
    Optional<Tensor> own = weightOf(label);
    Tensor loss = chosen(logs, label).negate();
    Tensor weighted = own.map(loss::times).orElse(loss);
    Tensor smoothed = smoothing == 0 ? weighted : weighted.times(1 - smoothing).minus(spread(logs));
    Tensor none = Tensor.scalar(0);
    boolean alike = weights.isEmpty() && ignored.isEmpty();
    return new LossTerms(
        masked(target, smoothed, none),
        alike ? Optional.empty() : Optional.of(masked(target, own.orElse(Tensor.scalar(1)), none)));
  }

  private Optional<Tensor> weightOf(Tensor label) {
    return weights.isEmpty()
        ? Optional.empty()
        : Optional.of(Tensor.of(floats(weights)).gather(0, label));
  }

  /// The values where the position counts, elsewhere another.
  private Tensor masked(Tensor target, Tensor values, Tensor other) {
    if (ignored.isEmpty()) {
      return values;
    }
    Tensor number = Tensor.of(Shape.SCALAR, ignored.getAsInt());
    return Tensor.where(target.equalTo(number), other, values);
  }

  /// What each position's smoothed truth gives to all classes.
  private Tensor spread(Tensor logs) {
    Tensor each = logs;
    if (!weights.isEmpty()) {
      var shape = new ArrayList<Dim>();
      for (int axis = 1; axis < logs.rank(); axis++) {
        shape.add(axis == 1 ? logs.size(1) : Dim.of(1));
      }
      each = logs.times(Tensor.of(new Shape(shape), floats(weights)));
    }
    return each.sum(1).times(smoothing / logs.size(1).value());
  }

  static float[] floats(List<Double> numbers) {
    float[] values = new float[numbers.size()];
    for (int i = 0; i < values.length; i++) {
      values[i] = numbers.get(i).floatValue();
    }
    return values;
  }

  /// The type of class numbers for scores along axis 1.
  static TensorType labels(String loss, TensorType output) {
    if (output.rank() < 2 || output.dtype() != DType.F32) {
      throw MerapiException.of(Kind.SHAPE, loss + ": takes f32[N,classes,...]")
          .with("output", output)
          .hint("for one score use bce()");
    }
    var dims = new ArrayList<Dim>(output.shape().dims());
    dims.remove(1);
    return new TensorType(DType.I32, new Shape(dims));
  }

  /// The score of the true class, for each position.
  static Tensor chosen(Tensor scores, Tensor target) {
    int last = scores.rank() - 1;
    int[] order =
        IntStream.rangeClosed(0, last).map(i -> i == 0 ? 0 : i == last ? 1 : i + 1).toArray();
    return scores.permute(order).gather(last, last, target);
  }

  /// All of it in words: runs that are resumed compare them.
  @Override
  public String toString() {
    return name
        + (weights.isEmpty() ? "" : ".weights" + weights)
        + (smoothing == 0 ? "" : ".labelSmoothing(" + smoothing + ")")
        + (ignored.isEmpty() ? "" : ".ignoring(" + ignored.getAsInt() + ")");
  }
}
