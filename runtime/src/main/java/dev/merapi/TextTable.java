package dev.merapi;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/// Lays rows of cells out in columns.
final class TextTable {
  /// How cells lie in their column.
  enum Align {
    LEFT,
    RIGHT
  }

  private TextTable() {}

  /// All columns to the right.
  static String rightAligned(List<List<String>> rows) {
    int columns = rows.stream().mapToInt(List::size).max().orElse(0);
    return of(rows, Collections.nCopies(columns, Align.RIGHT));
  }

  /// A line for each row, each ended by a line feed; two spaces between columns.
  static String of(List<List<String>> rows, List<Align> columns) {
    int[] widths = new int[columns.size()];
    for (List<String> row : rows) {
      for (int i = 0; i < row.size(); i++) {
        widths[i] = Math.max(widths[i], row.get(i).length());
      }
    }
    var text = new StringBuilder();
    for (List<String> row : rows) {
      var cells = new ArrayList<String>();
      for (int i = 0; i < row.size(); i++) {
        String space = " ".repeat(widths[i] - row.get(i).length());
        cells.add(columns.get(i) == Align.LEFT ? row.get(i) + space : space + row.get(i));
      }
      text.append(String.join("  ", cells).stripTrailing()).append('\n');
    }
    return text.toString();
  }
}
