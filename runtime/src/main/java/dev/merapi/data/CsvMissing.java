package dev.merapi.data;

import java.util.Arrays;

/// What becomes of a feature whose value a table does not have.
sealed interface CsvMissing {
  /// It is an error.
  record Refuse() implements CsvMissing {}

  /// Its row is left out.
  record SkipRow() implements CsvMissing {}

  /// It is replaced by a number made of those of its column that are there.
  @FunctionalInterface
  non-sealed interface Fill extends CsvMissing {
    /// @param known the values that are there, in ascending order; not empty
    double of(double[] known);
  }

  /// The arithmetic mean.
  static double mean(double[] known) {
    return Arrays.stream(known).average().orElseThrow();
  }

  /// The middle value, or the mean of both.
  static double median(double[] known) {
    int middle = known.length / 2;
    return known.length % 2 == 1 ? known[middle] : (known[middle - 1] + known[middle]) / 2;
  }
}
