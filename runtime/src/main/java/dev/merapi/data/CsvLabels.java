package dev.merapi.data;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// The class names of a table as they turn up, and their indices.
final class CsvLabels {
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
    if (rows == labels.length) {
      labels = Arrays.copyOf(labels, 2 * rows);
    }
    labels[rows++] = number;
    return true;
  }

  /// The names in the order of their indices.
  List<String> names() {
    return known.orElseGet(this::sorted);
  }

  private List<String> sorted() {
    var names = new ArrayList<>(numbers.keySet());
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

  /// The index of each row.
  int[] indices() {
    List<String> names = names();
    int[] index = new int[names.size()];
    for (int i = 0; i < index.length; i++) {
      index[numbers.getOrDefault(names.get(i), 0)] = i;
    }
    int[] found = new int[rows];
    Arrays.setAll(found, row -> index[labels[row]]);
    return found;
  }
}
