package dev.merapi.data;

import dev.merapi.MerapiException;
import dev.merapi.MerapiException.Kind;
import dev.merapi.graph.DType;
import dev.merapi.graph.Shape;
import dev.merapi.memory.HostTensor;

/// One tensor for each row of a [Dataset], all of one shape.
public sealed interface Column {
  /// The shape of one row; a scalar for a label.
  Shape row();

  /// The element type.
  DType dtype();

  /// The number of rows.
  int rows();

  /// The number of elements of one row.
  int rowSize();

  /// A column of the given rows.
  ///
  /// @throws MerapiException of kind `INDEX` if there is no such row, of kind `MEMORY` if they have
  ///   more numbers than an array holds
  Column pick(int... rows);

  /// The same numbers with rows of another shape of as many elements.
  ///
  /// @throws MerapiException of kind `SHAPE` if it has more or fewer
  Column reshaped(Shape row);

  /// Copies a row into a tensor: the row `at` of a batch.
  void copyTo(HostTensor batch, int at, int row);

  /// Numbers, row-major.
  ///
  /// @throws MerapiException of kind `SHAPE` if they are no whole number of rows
  static Column of(Shape row, float... values) {
    return new Floats(row, values.clone(), count(row, values.length));
  }

  /// Integers, row-major.
  ///
  /// @throws MerapiException of kind `SHAPE` if they are no whole number of rows
  static Column of(Shape row, int... values) {
    return new Ints(row, values.clone(), count(row, values.length));
  }

  private static int count(Shape row, int length) {
    long size = row.elements();
    if (size == 0 || length % size != 0) {
      throw MerapiException.of(Kind.SHAPE, "column: not a whole number of rows")
          .with("row", row)
          .with("elements", length);
    }
    return (int) (length / size);
  }

  private static void check(int[] picked, int rows) {
    for (int row : picked) {
      if (row < 0 || row >= rows) {
        throw MerapiException.of(Kind.INDEX, "column: no such row")
            .with("row", row)
            .with("rows", rows);
      }
    }
  }

  private static Shape sameSize(Shape from, Shape to) {
    if (!to.isConstant() || from.elements() != to.elements()) {
      throw MerapiException.of(Kind.SHAPE, "reshaped: number of elements differs")
          .with("from", from)
          .with("to", to);
    }
    return to;
  }

  /// A column of `f32`.
  final class Floats implements Column {
    private final Shape row;
    private final int size;
    private final int rows;
    private final float[] values;

    private Floats(Shape row, float[] values, int rows) {
      this.row = row;
      this.values = values;
      this.rows = rows;
      size = (int) row.elements();
    }

    /// A column of an array that nobody else changes.
    static Floats owning(Shape row, float[] values) {
      return new Floats(row, values, count(row, values.length));
    }

    /// The numbers themselves, not to be changed.
    float[] values() {
      return values;
    }

    /// With every number `(x - mean) / deviation`.
    public Floats normalized(double mean, double deviation) {
      float[] changed = new float[values.length];
      for (int i = 0; i < changed.length; i++) {
        changed[i] = (values[i] - (float) mean) / (float) deviation;
      }
      return new Floats(row, changed, rows);
    }

    /// The mean and the deviation of all numbers, to normalise other rows by as well.
    public double[] moments() {
      double mean = 0;
      for (float value : values) {
        mean += value / values.length;
      }
      double square = 0;
      for (float value : values) {
        square += (value - mean) * (value - mean) / values.length;
      }
      return new double[] {mean, Math.sqrt(square)};
    }

    @Override
    public Shape row() {
      return row;
    }

    @Override
    public DType dtype() {
      return DType.F32;
    }

    @Override
    public int rows() {
      return rows;
    }

    @Override
    public int rowSize() {
      return size;
    }

    @Override
    public Floats reshaped(Shape other) {
      return new Floats(sameSize(row, other), values, rows);
    }

    @Override
    public Floats pick(int... picked) {
      check(picked, rows);
      float[] chosen = new float[Rows.elements("column", picked.length, size)];
      for (int i = 0; i < picked.length; i++) {
        System.arraycopy(values, picked[i] * size, chosen, i * size, size);
      }
      return new Floats(row, chosen, picked.length);
    }

    @Override
    public void copyTo(HostTensor batch, int at, int from) {
      batch.copyFrom(values, from * size, (long) at * size, size);
    }

    /// The numbers, row-major.
    public float[] toArray() {
      return values.clone();
    }
  }

  /// A column of `i32`.
  final class Ints implements Column {
    private final Shape row;
    private final int size;
    private final int rows;
    private final int[] values;

    private Ints(Shape row, int[] values, int rows) {
      this.row = row;
      this.values = values;
      this.rows = rows;
      size = (int) row.elements();
    }

    /// A column of an array that nobody else changes.
    static Ints owning(Shape row, int[] values) {
      return new Ints(row, values, count(row, values.length));
    }

    /// The integers themselves, not to be changed.
    int[] values() {
      return values;
    }

    @Override
    public Shape row() {
      return row;
    }

    @Override
    public DType dtype() {
      return DType.I32;
    }

    @Override
    public int rows() {
      return rows;
    }

    @Override
    public int rowSize() {
      return size;
    }

    @Override
    public Ints reshaped(Shape other) {
      return new Ints(sameSize(row, other), values, rows);
    }

    @Override
    public Ints pick(int... picked) {
      check(picked, rows);
      int[] chosen = new int[Rows.elements("column", picked.length, size)];
      for (int i = 0; i < picked.length; i++) {
        System.arraycopy(values, picked[i] * size, chosen, i * size, size);
      }
      return new Ints(row, chosen, picked.length);
    }

    @Override
    public void copyTo(HostTensor batch, int at, int from) {
      batch.copyFrom(values, from * size, (long) at * size, size);
    }

    /// The integers, row-major.
    public int[] toArray() {
      return values.clone();
    }
  }
}
