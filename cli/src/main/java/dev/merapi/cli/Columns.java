package dev.merapi.cli;

import java.util.ArrayList;
import java.util.List;

/// Lays rows of cells out in columns.
final class Columns {
  private final String alignment;
  private final List<List<String>> rows = new ArrayList<>();

  /// @param alignment a letter for each column: `l` to the left, `r` to the right
  Columns(String alignment) {
    this.alignment = alignment;
  }

  /// Adds a row of at most so many cells.
  Columns row(String... cells) {
    rows.add(List.of(cells));
    return this;
  }

  /// A line for each row; two spaces between columns.
  @Override
  public String toString() {
    int[] widths = new int[alignment.length()];
    for (List<String> row : rows) {
      for (int i = 0; i < row.size(); i++) {
        widths[i] = Math.max(widths[i], row.get(i).length());
      }
    }
    var text = new StringBuilder();
    for (List<String> row : rows) {
      var line = new StringBuilder();
      for (int i = 0; i < row.size(); i++) {
        String space = " ".repeat(widths[i] - row.get(i).length());
        line.append(i == 0 ? "" : "  ");
        line.append(alignment.charAt(i) == 'l' ? row.get(i) + space : space + row.get(i));
      }
      text.append(line.toString().stripTrailing()).append(System.lineSeparator());
    }
    return text.toString();
  }
}
