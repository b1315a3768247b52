package dev.merapi.data;

import dev.merapi.MerapiException;
import dev.merapi.MerapiException.Kind;
import dev.merapi.RandomKey;
import dev.merapi.graph.Shape;
import java.util.List;
import java.util.Optional;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/// Rows in memory: what a model reads, and what its output should be. Immutable.
///
/// @param inputs one row for each example
/// @param targets as many rows: a class index each, or numbers
/// @param features what the numbers of an input row are called; empty if they have no names
/// @param classes what the class indices are called, or the numbers of a target row; empty if they
///   have no names
/// @param sampleWeights how much each row counts in losses and metrics, `f32` scalars; all count
///   alike if there are none
public record Dataset(
    Column inputs,
    Column targets,
    List<String> features,
    List<String> classes,
    Optional<Column.Floats> sampleWeights) {
  public Dataset {
    features = List.copyOf(features);
    classes = List.copyOf(classes);
    if (inputs.rows() != targets.rows()) {
      throw MerapiException.of(Kind.SHAPE, "dataset: numbers of rows differ")
          .with("inputs", inputs.rows())
          .with("targets", targets.rows());
    }
    checkCount("features", features, inputs);
    sampleWeights.ifPresent(weights -> checkWeights(weights, inputs.rows()));
    switch (targets) {
      case Column.Floats numbers -> checkCount("classes", classes, numbers);
      case Column.Ints labels -> checkLabels(labels, classes);
    }
  }

  /// Rows that count alike.
  public Dataset(Column inputs, Column targets, List<String> features, List<String> classes) {
    this(inputs, targets, features, classes, Optional.empty());
  }

  /// Rows without names.
  public Dataset(Column inputs, Column targets) {
    this(inputs, targets, List.of(), List.of());
  }

  private static void checkCount(String what, List<String> names, Column column) {
    if (!names.isEmpty() && names.size() != column.rowSize()) {
      throw MerapiException.of(Kind.SHAPE, "dataset: number of names differs")
          .with(what, names.size())
          .with("row", column.row());
    }
  }

  private static void checkWeights(Column.Floats weights, int rows) {
    if (weights.rows() != rows || weights.rowSize() != 1) {
      throw MerapiException.of(Kind.SHAPE, "dataset: there is not one weight for each row")
          .with("weights", weights.rows())
          .with("row", weights.row())
          .with("rows", rows);
    }
    for (int row = 0; row < rows; row++) {
      float weight = weights.values()[row];
      if (!(weight >= 0) || Float.isInfinite(weight)) {
        throw MerapiException.of(Kind.ARGUMENT, "dataset: weight out of range")
            .with("weight", weight)
            .with("row", row)
            .hint("a row counts 0 or more times as much as one of weight 1");
      }
    }
  }

  private static void checkLabels(Column.Ints labels, List<String> classes) {
    for (int label : labels.values()) {
      if (!classes.isEmpty() && (label < 0 || label >= classes.size())) {
        throw MerapiException.of(Kind.INDEX, "dataset: a class index without a name")
            .with("index", label)
            .with("classes", classes.size());
      }
    }
  }

  /// Examples with a class index each.
  public static Dataset of(Shape row, float[] inputs, int[] labels) {
    return new Dataset(Column.of(row, inputs), Column.of(Shape.SCALAR, labels));
  }

  /// Examples with numbers to be found for each.
  ///
  /// @param row the shape of one example
  /// @param target the shape of what belongs to it
  public static Dataset of(Shape row, float[] inputs, Shape target, float[] targets) {
    return new Dataset(Column.of(row, inputs), Column.of(target, targets));
  }

  /// Rows of features with a class index each.
  ///
  /// @throws MerapiException of kind `SHAPE` if rows differ in length
  public static Dataset of(float[][] inputs, int[] labels) {
    return new Dataset(Rows.of("inputs", inputs), Column.of(Shape.SCALAR, labels));
  }

  /// Rows of features with one number each, `f32[1]`.
  ///
  /// @throws MerapiException of kind `SHAPE` if rows differ in length
  public static Dataset of(float[][] inputs, float[] targets) {
    return new Dataset(Rows.of("inputs", inputs), Column.of(Shape.of(1), targets));
  }

  /// Rows of features with several numbers each, such as 0 or 1 for each of several labels.
  ///
  /// @throws MerapiException of kind `SHAPE` if rows differ in length
  public static Dataset of(float[][] inputs, float[][] targets) {
    return new Dataset(Rows.of("inputs", inputs), Rows.of("targets", targets));
  }

  /// Images `u8[rows, height, width]` as `f32[1, height, width]` from 0 to 1, with a class index
  /// each.
  ///
  /// @throws MerapiException of kind `SHAPE` if the files do not fit together
  public static Dataset images(Idx images, Idx labels) {
    if (images.sizes().length != 3 || labels.sizes().length != 1) {
      throw MerapiException.of(Kind.SHAPE, "dataset: takes u8[rows,height,width] and u8[rows]")
          .with("images", images.sizes())
          .with("labels", labels.sizes());
    }
    Shape row = Shape.of(1, images.sizes()[1], images.sizes()[2]);
    return of(row, images.toUnitFloats(), labels.toInts());
  }

  /// With a weight for each row: how much it counts in losses and metrics. A row of weight 2 counts
  /// as if it were there twice, one of weight 0 as if it were not there.
  ///
  /// @throws MerapiException of kind `SHAPE` if there are not as many, `ARGUMENT` if one is
  ///   negative or not finite
  public Dataset weighted(float... weights) {
    var column = Column.Floats.owning(Shape.SCALAR, weights.clone());
    return new Dataset(inputs, targets, features, classes, Optional.of(column));
  }

  /// Eight hexadecimal digits that tell its numbers from others; where there are more than 16
  /// million, not each of them counts.
  public String checksum() {
    return Checksum.of(Stream.concat(Stream.of(inputs, targets), sampleWeights.stream()).toList());
  }

  /// The number of rows.
  public int rows() {
    return inputs.rows();
  }

  /// The class index of each row.
  ///
  /// @throws MerapiException of kind `SHAPE` if the targets are no class indices
  public int[] labels() {
    return switch (targets) {
      case Column.Ints labels when labels.row().rank() == 0 -> labels.toArray();
      default ->
          throw MerapiException.of(Kind.SHAPE, "dataset: targets are no class indices")
              .with("type", targets.dtype())
              .with("row", targets.row())
              .hint("class indices are an i32 for each row");
    };
  }

  /// With names for the numbers of an input row, and for the classes or the numbers of a target. An
  /// empty list: no names.
  public Dataset named(List<String> inputNames, List<String> targetNames) {
    return new Dataset(inputs, targets, inputNames, targetNames, sampleWeights);
  }

  /// With other inputs, and without their names.
  public Dataset withInputs(Column others) {
    return new Dataset(others, targets, List.of(), classes, sampleWeights);
  }

  /// With other targets, and without their names.
  public Dataset withTargets(Column others) {
    return new Dataset(inputs, others, features, List.of(), sampleWeights);
  }

  /// The given rows.
  ///
  /// @throws MerapiException of kind `INDEX` if there is no such row
  public Dataset pick(int... rows) {
    return new Dataset(
        inputs.pick(rows),
        targets.pick(rows),
        features,
        classes,
        sampleWeights.map(weights -> weights.pick(rows)));
  }

  /// The rows `from ... to - 1`.
  public Dataset slice(int from, int to) {
    if (from < 0 || to < from || to > rows()) {
      throw MerapiException.of(Kind.INDEX, "dataset: rows out of range")
          .with("from", from)
          .with("to", to)
          .with("rows", rows());
    }
    return pick(IntStream.range(from, to).toArray());
  }

  /// All rows in another order, a function of the key.
  public Dataset shuffled(RandomKey key) {
    return pick(key.permutation(rows()));
  }

  /// Two sets without a row in common, drawn at random: that share of the rows, and the others.
  public List<Dataset> split(double share, RandomKey key) {
    return Splits.parts(this, Splits.split(rows(), share, key));
  }

  /// As [#split], where each class is divided in the same ratio, to the nearest row.
  ///
  /// @throws MerapiException of kind `SHAPE` if the targets are no class indices
  public List<Dataset> stratifiedSplit(double share, RandomKey key) {
    return Splits.parts(this, Splits.stratified(labels(), share, key));
  }

  /// One part of a cross-validation.
  ///
  /// @param train all rows but those of the test
  /// @param test a share of the rows that no other fold tests
  public record Fold(Dataset train, Dataset test) {}

  /// Divides the rows at random into `count` parts of equal size (to one row) and leaves each of
  /// them out in turn.
  ///
  /// @throws MerapiException of kind `ARGUMENT` if there are fewer rows, or fewer than two parts
  public List<Fold> folds(int count, RandomKey key) {
    return Splits.folds(this, key.permutation(rows()), count);
  }

  /// As [#folds], where each class is spread evenly (to one row) over the parts.
  ///
  /// @throws MerapiException of kind `SHAPE` if the targets are no class indices
  public List<Fold> stratifiedFolds(int count, RandomKey key) {
    return Splits.folds(this, Splits.byClass(labels(), key), count);
  }

  /// With every input number `(x - mean) / deviation`.
  ///
  /// @throws MerapiException of kind `SHAPE` if the inputs are not `f32`
  public Dataset normalized(double mean, double deviation) {
    Column changed = Rows.floats("normalized", inputs).normalized(mean, deviation);
    return new Dataset(changed, targets, features, classes, sampleWeights);
  }

  /// With rows of inputs of another shape of as many elements.
  ///
  /// @throws MerapiException of kind `SHAPE` if it has more or fewer
  public Dataset reshaped(Shape row) {
    return new Dataset(inputs.reshaped(row), targets, features, classes, sampleWeights);
  }

  /// With other inputs, worked out row by row.
  ///
  /// @param row the shape of what the function gives
  /// @param function takes the numbers of one row, row-major, and gives those of the new one
  /// @throws MerapiException of kind `SHAPE` if the inputs are not `f32`, or if the function gives
  ///   another number of elements
  public Dataset map(Shape row, UnaryOperator<float[]> function) {
    return withInputs(Rows.map(Rows.floats("map", inputs), row, function));
  }

  /// With `f32[classes]` in the place of each class index: 1 at the index, 0 elsewhere.
  ///
  /// @throws MerapiException of kind `SHAPE` if the targets are no class indices, of kind `INDEX`
  ///   if one lies outside
  public Dataset oneHot(int count) {
    List<String> names = classes.size() == count ? classes : List.of();
    return new Dataset(inputs, Rows.oneHot(labels(), count), features, names, sampleWeights);
  }
}
