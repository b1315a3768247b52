package dev.merapi.data;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/// A column that was asked for.
///
/// @param use what for
/// @param values those of a category, if no others are allowed
record CsvChoice(Use use, Which column, Optional<List<String>> values) {
  /// What a column is read for.
  enum Use {
    FEATURE,
    CATEGORY,
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

  private static CsvChoice of(Use use, Which column) {
    return new CsvChoice(use, column, Optional.empty());
  }

  static CsvChoice category(String name, List<String> values) {
    return new CsvChoice(Use.CATEGORY, new Named(name), Optional.of(values));
  }

  static List<CsvChoice> named(Use use, String... names) {
    return Stream.of(names).map(name -> of(use, new Named(name))).toList();
  }

  static List<CsvChoice> at(Use use, int... numbers) {
    return Arrays.stream(numbers).mapToObj(number -> of(use, new At(number))).toList();
  }
}
