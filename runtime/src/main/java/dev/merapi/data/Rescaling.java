package dev.merapi.data;

import dev.merapi.MerapiException;
import dev.merapi.MerapiException.Kind;
import dev.merapi.graph.Shape;
import java.util.Arrays;

/// `(x - shift) / divisor` for the numbers of a row.
///
/// @param row the shape of the rows it was made for
/// @param run how many numbers that follow each other share a shift and a divisor
record Rescaling(Shape row, int run, float[] shift, float[] divisor) {
  /// The identity's divisor stands in for one of zero: a feature that is constant becomes zero.
  Rescaling {
    divisor = divisor.clone();
    for (int i = 0; i < divisor.length; i++) {
      divisor[i] = divisor[i] == 0 ? 1 : divisor[i];
    }
  }

  /// @param what asks for it
  Column.Floats apply(String what, Column column) {
    Column.Floats floats = Rows.floats(what, column);
    check(what, floats.row());
    float[] values = floats.toArray();
    for (int i = 0; i < values.length; i++) {
      int group = i / run % shift.length;
      values[i] = (values[i] - shift[group]) / divisor[group];
    }
    return Column.Floats.owning(floats.row(), values);
  }

  /// Any number of rows, brought back.
  float[] inverse(String what, float[] values) {
    int size = shift.length * run;
    if (values.length % size != 0) {
      throw MerapiException.of(Kind.SHAPE, what + ": not a whole number of rows")
          .with("row", row)
          .with("elements", values.length);
    }
    float[] changed = new float[values.length];
    for (int i = 0; i < values.length; i++) {
      int group = i / run % shift.length;
      changed[i] = values[i] * divisor[group] + shift[group];
    }
    return changed;
  }

  private void check(String what, Shape given) {
    if (!given.equals(row)) {
      throw MerapiException.of(Kind.SHAPE, what + ": rows differ from those it was fitted on")
          .with("fitted", row)
          .with("given", given);
    }
  }

  /// What is known of each group of numbers of a column's rows.
  record Statistics(float[] mean, float[] deviation, float[] low, float[] high) {
    /// @param run how many numbers that follow each other form a group
    static Statistics of(String what, Column.Floats column, int run) {
      float[] values = column.values();
      if (values.length == 0) {
        throw MerapiException.of(Kind.ARGUMENT, what + ": no rows to fit on")
            .with("row", column.row());
      }
      int groups = column.rowSize() / run;
      double[] mean = means(values, run, new double[groups], 1);
      double[] variance = means(values, run, mean, 2);
      float[] low = filled(groups, Float.POSITIVE_INFINITY);
      float[] high = filled(groups, Float.NEGATIVE_INFINITY);
      for (int i = 0; i < values.length; i++) {
        int group = i / run % groups;
        low[group] = Math.min(low[group], values[i]);
        high[group] = Math.max(high[group], values[i]);
      }
      float[] means = new float[groups];
      float[] deviations = new float[groups];
      for (int i = 0; i < groups; i++) {
        means[i] = (float) mean[i];
        deviations[i] = (float) Math.sqrt(variance[i]);
      }
      return new Statistics(means, deviations, low, high);
    }

    /// The means of `x - centre`, or of its square.
    private static double[] means(float[] values, int run, double[] centre, int power) {
      double[] sums = new double[centre.length];
      for (int i = 0; i < values.length; i++) {
        int group = i / run % sums.length;
        double distance = values[i] - centre[group];
        sums[group] += power == 1 ? distance : distance * distance;
      }
      double count = values.length / (double) sums.length;
      return Arrays.stream(sums).map(sum -> sum / count).toArray();
    }

    private static float[] filled(int count, float value) {
      float[] array = new float[count];
      Arrays.fill(array, value);
      return array;
    }
  }
}
