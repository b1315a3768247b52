package dev.merapi.data;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// Everything that can be chosen of a [Csv]. It is changed only before a `Csv` has it.
final class CsvOptions {
  final CsvHeader header;
  char separator = ',';
  char decimalMark = '.';
  int skippedLines;
  CsvMissing missing = new CsvMissing.Refuse();
  List<CsvChoice> choices = List.of();
  Optional<List<String>> classes = Optional.empty();

  CsvOptions(CsvHeader header) {
    this.header = header;
  }

  CsvOptions(CsvOptions other) {
    this(other.header);
    separator = other.separator;
    decimalMark = other.decimalMark;
    skippedLines = other.skippedLines;
    missing = other.missing;
    choices = other.choices;
    classes = other.classes;
  }

  void choose(List<CsvChoice> more) {
    var all = new ArrayList<>(choices);
    all.addAll(more);
    choices = List.copyOf(all);
  }
}
