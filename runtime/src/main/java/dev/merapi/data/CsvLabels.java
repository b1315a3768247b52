package dev.merapi.data;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// The names in a column of a table as they turn up, and their indices: the classes of a label, or
/// the values of a category.
final class CsvLabels {
  /// Stands for a name that is missing.
  static final int NONE = -1;

  private final Map<String, Integer> numbers = new LinkedHashMap<>();
  private final Optional<List<String>> known;
  private int[] labels = new int[64];
  private int rows;

  /// @param known the classes, if no others are allowed
  CsvLabels(Optional<List<String>> known) {
    this.known = known;
    known.orElse(List.of()).forEach(name -> numbers.put(name, numbers.size()));
  }

  /// Adds the class of the next row.
  ///
  /// @return false if it is none of those allowed
  boolean add(String name) {
    Integer number = numbers.get(name);
    if (number == null && known.isPresent()) {
      return false;
    }
    if (number == null) {
      number = numbers.size();
      numbers.put(name, number);
    }
    append(number);
    return true;
  }

  /// Adds a row whose name is missing.
  void addNone() {
    append(NONE);
  }

  private void append(int number) {
    if (rows == labels.length) {
      labels = Arrays.copyOf(labels, 2 * rows);
    }
    labels[rows++] = number;
  }

  /// Takes the last row back.
  void removeLast() {
    rows--;
  }

  /// The names in the order of their indices.
  List<String> names() {
    return known.orElseGet(this::sorted);
  }

  private List<String> sorted() {
    var used = new BitSet();
    Arrays.stream(labels, 0, rows).filter(number -> number != NONE).forEach(used::set);
    var names = new ArrayList<String>();
    numbers.forEach((name, number) -> {
      if (used.get(number)) { // and not only in rows that were taken back
        names.add(name);
      }
    });
    boolean integers = names.stream().allMatch(CsvLabels::isInteger);
    if (integers) {
      names.sort(Comparator.<String>comparingInt(Integer::parseInt).thenComparing(name -> name));
    } else {
      names.sort(Comparator.naturalOrder());
    }
    return names;
  }

  /// Up to nine digits, so that it is an `int`.
  private static boolean isInteger(String name) {
    String digits = name.startsWith("-") ? name.substring(1) : name;
    return !digits.isEmpty()
        && digits.length() < 10
        && digits.chars().allMatch(c -> c >= '0' && c <= '9');
  }

  /// The index of each row, [#NONE] where the name is missing.
  int[] indices() {
    List<String> names = names();
    int[] index = new int[numbers.size()];
    for (int i = 0; i < names.size(); i++) {
      index[numbers.getOrDefault(names.get(i), 0)] = i;
    }
    int[] found = new int[rows];
    Arrays.setAll(found, row -> labels[row] == NONE ? NONE : index[labels[row]]);
    return found;
  }
}
