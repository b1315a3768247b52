package dev.merapi.data;

import dev.merapi.MerapiException;
import dev.merapi.MerapiException.Kind;
import dev.merapi.graph.Shape;
import java.util.function.UnaryOperator;

/// Columns made of rows.
final class Rows {
  /// What the JVM puts into an array.
  private static final int MOST_ELEMENTS = Integer.MAX_VALUE - 16;

  private Rows() {}

  /// The number of elements of rows.
  ///
  /// @param what would hold them
  /// @param each the elements of a row
  /// @throws MerapiException of kind `MEMORY` if they are more than an array holds
  static int elements(String what, int rows, long each) {
    if (rows > 0 && each > MOST_ELEMENTS / rows) {
      throw MerapiException.of(Kind.MEMORY, what + ": more numbers than an array holds")
          .with("rows", rows)
          .with("elements of a row", each)
          .with("limit", MOST_ELEMENTS)
          .hint("take fewer rows at a time");
    }
    return rows * (int) each;
  }

  /// Arrays of one length as a column.
  ///
  /// @param what names them in messages
  static Column.Floats of(String what, float[][] rows) {
    if (rows.length == 0 || rows[0].length == 0) {
      throw MerapiException.of(Kind.SHAPE, "dataset: no numbers")
          .with(what, rows.length)
          .hint("give the shape of a row: Dataset.of(Shape.of(4), new float[0], new int[0])");
    }
    int size = rows[0].length;
    float[] values = new float[elements("dataset", rows.length, size)];
    for (int i = 0; i < rows.length; i++) {
      if (rows[i].length != size) {
        throw MerapiException.of(Kind.SHAPE, "dataset: rows differ in length")
            .with("first", size)
            .with("row", i)
            .with("length", rows[i].length)
            .at(what);
      }
      System.arraycopy(rows[i], 0, values, i * size, size);
    }
    return Column.Floats.owning(Shape.of(size), values);
  }

  /// The column as one of `f32`.
  ///
  /// @param what needs it
  static Column.Floats floats(String what, Column column) {
    return switch (column) {
      case Column.Floats floats -> floats;
      case Column.Ints ints ->
          throw MerapiException.of(Kind.SHAPE, what + ": takes f32").with("type", ints.dtype());
    };
  }

  static Column.Floats map(Column.Floats column, Shape row, UnaryOperator<float[]> function) {
    float[] values = new float[elements("map", column.rows(), row.elements())];
    int size = (int) row.elements();
    for (int i = 0; i < column.rows(); i++) {
      float[] before = new float[column.rowSize()];
      System.arraycopy(column.values(), i * before.length, before, 0, before.length);
      float[] after = function.apply(before);
      if (after.length != size) {
        throw MerapiException.of(Kind.SHAPE, "map: number of elements differs from the shape")
            .with("shape", row)
            .with("elements", after.length)
            .with("row", i);
      }
      System.arraycopy(after, 0, values, i * size, size);
    }
    return Column.Floats.owning(row, values);
  }

  static Column.Floats oneHot(int[] labels, int classes) {
    if (classes < 1) {
      throw MerapiException.of(Kind.ARGUMENT, "oneHot: no classes").with("classes", classes);
    }
    float[] values = new float[elements("oneHot", labels.length, classes)];
    for (int i = 0; i < labels.length; i++) {
      if (labels[i] < 0 || labels[i] >= classes) {
        throw MerapiException.of(Kind.INDEX, "oneHot: class index out of range")
            .with("index", labels[i])
            .with("classes", classes)
            .with("row", i);
      }
      values[i * classes + labels[i]] = 1;
    }
    return Column.Floats.owning(Shape.of(classes), values);
  }
}
