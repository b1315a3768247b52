package dev.merapi.data;

import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;

/// A column that was asked for.
///
/// @param use what for
record CsvChoice(Use use, Which column) {
  /// What a column is read for.
  enum Use {
    FEATURE,
    LABEL,
    TARGET,
    IGNORED
  }

  /// Says which column.
  sealed interface Which {}

  /// By its name in the header.
  record Named(String name) implements Which {}

  /// By its number; negative numbers count from the last column.
  record At(int number) implements Which {}

  static List<CsvChoice> named(Use use, String... names) {
    return Stream.of(names).map(name -> new CsvChoice(use, new Named(name))).toList();
  }

  static List<CsvChoice> at(Use use, int... numbers) {
    return Arrays.stream(numbers).mapToObj(number -> new CsvChoice(use, new At(number))).toList();
  }
}
