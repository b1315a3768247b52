package dev.merapi;

import dev.merapi.History.Epoch;
import dev.merapi.MerapiException.Kind;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// Writes a history as comma-separated values and reads it back.
final class HistoryText {
  static final String EPOCH = "epoch";
  static final String RATE = "learning_rate";
  static final String SECONDS = "seconds";
  static final String SPEED = "examples_per_second";

  private static final String NORM = "gradient:";

  private HistoryText() {}

  static String toCsv(History history) {
    var names = new LinkedHashSet<>(history.valueNames());
    var norms = new LinkedHashSet<String>();
    history.epochs().forEach(epoch -> norms.addAll(epoch.gradientNorms().keySet()));
    var head = new ArrayList<String>();
    head.add(EPOCH);
    head.addAll(names);
    head.addAll(List.of(RATE, SECONDS, SPEED));
    norms.forEach(name -> head.add(NORM + name));
    var text = new StringBuilder(String.join(",", head)).append('\n');
    for (Epoch epoch : history.epochs()) {
      var cells = new ArrayList<String>();
      cells.add(Integer.toString(epoch.number()));
      names.forEach(name -> cells.add(cell(epoch.values(), name)));
      cells.add(Double.toString(epoch.learningRate()));
      cells.add(Double.toString(epoch.seconds()));
      cells.add(Double.toString(epoch.examplesPerSecond()));
      norms.forEach(name -> cells.add(cell(epoch.gradientNorms(), name)));
      text.append(String.join(",", cells)).append('\n');
    }
    return text.toString();
  }

  private static String cell(Map<String, Double> values, String name) {
    return Optional.ofNullable(values.get(name)).map(value -> Double.toString(value)).orElse("");
  }

  /// What [#toCsv] wrote.
  ///
  /// @throws MerapiException of kind `FORMAT` if it did not
  static History parse(String csv) {
    List<String> lines = csv.lines().toList();
    if (lines.isEmpty()) {
      throw wrong("no line of names");
    }
    String[] head = lines.getFirst().split(",", -1);
    var epochs = new ArrayList<Epoch>();
    for (String line : lines.subList(1, lines.size())) {
      epochs.add(epoch(head, line.split(",", -1)));
    }
    return new History(epochs, Optional.empty());
  }

  private static Epoch epoch(String[] head, String[] cells) {
    if (cells.length != head.length) {
      throw wrong("another number of cells than names");
    }
    var values = new LinkedHashMap<String, Double>();
    var norms = new LinkedHashMap<String, Double>();
    for (int i = 0; i < head.length; i++) {
      if (!cells[i].isEmpty()) {
        double value = number(cells[i]);
        if (head[i].startsWith(NORM)) {
          norms.put(head[i].substring(NORM.length()), value);
        } else {
          values.put(head[i], value);
        }
      }
    }
    double number = take(values, EPOCH);
    if (!(number >= 1 && number <= Integer.MAX_VALUE && number == Math.rint(number))) {
      throw wrong("not the number of an epoch").with("cell", number);
    }
    double rate = take(values, RATE);
    double seconds = take(values, SECONDS);
    double speed = take(values, SPEED);
    return new Epoch((int) number, values, rate, norms, seconds, speed);
  }

  private static double take(Map<String, Double> values, String name) {
    Double value = values.remove(name);
    if (value == null) {
      throw wrong("no column " + name);
    }
    return value;
  }

  private static double number(String cell) {
    try {
      return Double.parseDouble(cell);
    } catch (NumberFormatException e) {
      throw wrong("not a number").with("cell", cell).causedBy(e);
    }
  }

  private static MerapiException wrong(String what) {
    return MerapiException.of(Kind.FORMAT, "history: " + what);
  }
}
