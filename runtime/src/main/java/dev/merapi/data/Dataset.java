package dev.merapi.data;

import dev.merapi.MerapiException;
import dev.merapi.MerapiException.Kind;
import dev.merapi.RandomKey;
import dev.merapi.graph.Shape;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;

/// Rows in memory: what a model reads, and what its output should be. Immutable.
///
/// @param inputs one row for each example
/// @param targets as many rows
public record Dataset(Column inputs, Column targets) {
  public Dataset {
    if (inputs.rows() != targets.rows()) {
      throw MerapiException.of(Kind.SHAPE, "dataset: numbers of rows differ")
          .with("inputs", inputs.rows())
          .with("targets", targets.rows());
    }
  }

  /// Examples with a class index each.
  public static Dataset of(Shape row, float[] inputs, int[] labels) {
    return new Dataset(Column.of(row, inputs), Column.of(Shape.SCALAR, labels));
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

  /// The number of rows.
  public int rows() {
    return inputs.rows();
  }

  /// The given rows.
  public Dataset pick(int... rows) {
    return new Dataset(inputs.pick(rows), targets.pick(rows));
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

  /// Two sets without a row in common, drawn at random: that share of the rows, and the others.
  public List<Dataset> split(double share, RandomKey key) {
    if (!(share >= 0 && share <= 1)) {
      throw MerapiException.of(Kind.ARGUMENT, "split: share out of range").with("share", share);
    }
    int[] order = key.permutation(rows());
    int first = (int) Math.round(share * order.length);
    return List.of(
        pick(Arrays.copyOfRange(order, 0, first)),
        pick(Arrays.copyOfRange(order, first, order.length)));
  }

  /// With every input number `(x - mean) / deviation`.
  ///
  /// @throws MerapiException of kind `SHAPE` if the inputs are not `f32`
  public Dataset normalised(double mean, double deviation) {
    return switch (inputs) {
      case Column.Floats floats -> new Dataset(floats.normalised(mean, deviation), targets);
      case Column.Ints ints ->
          throw MerapiException.of(Kind.SHAPE, "normalised: takes f32").with("type", ints.dtype());
    };
  }
}
