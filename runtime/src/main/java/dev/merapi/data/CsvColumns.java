package dev.merapi.data;

import dev.merapi.MerapiException;
import dev.merapi.MerapiException.Kind;
import dev.merapi.data.CsvChoice.At;
import dev.merapi.data.CsvChoice.Named;
import dev.merapi.data.CsvChoice.Use;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// What becomes of each column of a table.
final class CsvColumns {
  private static final int FREE = -1;

  private final List<String> names;
  private final String where;
  private final Use[] uses;
  private final int[] places;
  private final List<Integer> features = new ArrayList<>();
  private final Map<Integer, CsvLabels> categories = new LinkedHashMap<>();
  private final List<Integer> targets = new ArrayList<>();

  /// Settles what was asked for.
  ///
  /// @param count the number of columns
  /// @param names those of the columns, empty without a header
  /// @param where what messages call the table
  CsvColumns(List<CsvChoice> choices, int count, List<String> names, String where) {
    this.names = names;
    this.where = where;
    uses = new Use[count];
    places = new int[count];
    Arrays.fill(uses, Use.IGNORED);
    Arrays.fill(places, FREE);
    for (CsvChoice choice : choices) {
      int column = find(choice);
      take(column, choice.use());
      if (choice.use() == Use.CATEGORY) {
        categories.put(column, new CsvLabels(choice.values()));
      }
    }
    if (choices.stream().noneMatch(choice -> choice.use() == Use.FEATURE)) {
      for (int column = 0; column < count; column++) {
        if (places[column] == FREE) {
          take(column, Use.FEATURE);
        }
      }
      features.sort(Comparator.naturalOrder()); // categories were taken first
      for (int place = 0; place < features.size(); place++) {
        places[features.get(place)] = place;
      }
    }
    if (features.isEmpty()) {
      throw MerapiException.of(Kind.ARGUMENT, "csv: no column is left for the features")
          .with("columns", count)
          .at(where);
    }
  }

  private int find(CsvChoice choice) {
    return switch (choice.column()) {
      case Named(String name) -> byName(name);
      case At(int number) -> byNumber(number);
    };
  }

  private int byName(String name) {
    int found = names.indexOf(name);
    if (found < 0) {
      throw MerapiException.of(Kind.ARGUMENT, "csv: no such column")
          .with("name", name)
          .with("columns", names)
          .at(where)
          .hint(names.isEmpty() ? "names take a header: Csv.withHeader()" : "check the header");
    }
    if (names.lastIndexOf(name) != found) {
      throw MerapiException.of(Kind.FORMAT, "csv: two columns have one name")
          .with("name", name)
          .at(where)
          .hint("choose them by number");
    }
    return found;
  }

  private int byNumber(int number) {
    int column = number < 0 ? number + uses.length : number;
    if (column < 0 || column >= uses.length) {
      throw MerapiException.of(Kind.ARGUMENT, "csv: no such column")
          .with("number", number)
          .with("columns", uses.length)
          .at(where);
    }
    return column;
  }

  private void take(int column, Use use) {
    if (places[column] != FREE) {
      throw MerapiException.of(Kind.ARGUMENT, "csv: a column is chosen twice")
          .with("column", names.isEmpty() ? column : names.get(column))
          .at(where);
    }
    uses[column] = use;
    switch (use) {
      case FEATURE, CATEGORY -> places[column] = enter(features, column);
      case TARGET -> places[column] = enter(targets, column);
      case LABEL, IGNORED -> places[column] = 0;
    }
  }

  private static int enter(List<Integer> row, int column) {
    row.add(column);
    return row.size() - 1;
  }

  /// The number of columns.
  int count() {
    return uses.length;
  }

  /// What a column is read for.
  Use use(int column) {
    return uses[column];
  }

  /// Whether a column names the class of a row.
  boolean hasLabel() {
    return Arrays.asList(uses).contains(Use.LABEL);
  }

  /// Where the number of a feature or target goes in its row.
  int place(int column) {
    return places[column];
  }

  /// The values of each category, by the place of its column among the features.
  Map<Integer, CsvLabels> categories() {
    var byPlace = new LinkedHashMap<Integer, CsvLabels>();
    categories.forEach((column, values) -> byPlace.put(places[column], values));
    return byPlace;
  }

  /// How many features are read, each category as one.
  int features() {
    return features.size();
  }

  /// How many numbers a target row has.
  int targets() {
    return targets.size();
  }

  /// The names of the features in their order, each category as one; empty without a header.
  List<String> featureNames() {
    return named(features);
  }

  /// The names of the targets in their order, empty without a header.
  List<String> targetNames() {
    return named(targets);
  }

  private List<String> named(List<Integer> columns) {
    return names.isEmpty() ? List.of() : columns.stream().map(names::get).toList();
  }

  /// A feature as messages call it.
  String describeFeature(int feature) {
    return describe(features.get(feature));
  }

  /// A column as messages call it.
  String describe(int column) {
    return names.isEmpty() ? "" : " '" + names.get(column) + "'";
  }
}
