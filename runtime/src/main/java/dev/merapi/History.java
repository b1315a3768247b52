package dev.merapi;

import dev.merapi.MerapiException.Kind;
import dev.merapi.train.Direction;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;

/// What became of each epoch of a [Trainer#fit]. Immutable; `toString` is a table, [#toCsv] the
/// same for other programs.
///
/// @param epochs in order; the first one has number 1
/// @param stopped why training ended before its last epoch, if it did
public record History(List<Epoch> epochs, Optional<String> stopped) {
  /// The name of the loss among the values.
  public static final String LOSS = "loss";

  private static final String TABLE_RATE = "rate";
  private static final String TABLE_SPEED = "examples/s";

  /// What names of values on the validation set begin with.
  public static final String VALIDATION = "val_";

  /// The columns of table and file that are no metrics; a metric cannot have such a name.
  static final Set<String> OWN_NAMES =
      Collections.unmodifiableSet(
          new TreeSet<>(
              List.of(
                  LOSS,
                  HistoryText.EPOCH,
                  HistoryText.RATE,
                  HistoryText.SECONDS,
                  HistoryText.SPEED,
                  TABLE_RATE,
                  TABLE_SPEED)));

  public History {
    epochs = List.copyOf(epochs);
  }

  /// One epoch.
  ///
  /// @param number counts from 1
  /// @param values `loss` and the metrics by name, as they came out of the training steps, then
  ///   those of the validation set after the epoch, whose names begin with `val_`
  /// @param learningRate that of the last step
  /// @param gradientNorms the mean norm of each parameter's gradient, where it was asked for
  /// @param seconds how long the epoch took, with its validation
  /// @param examplesPerSecond how many rows were learned from in a second, without validation
  public record Epoch(
      int number,
      Map<String, Double> values,
      double learningRate,
      Map<String, Double> gradientNorms,
      double seconds,
      double examplesPerSecond) {
    public Epoch {
      values = Collections.unmodifiableMap(new LinkedHashMap<>(values));
      gradientNorms = Collections.unmodifiableMap(new LinkedHashMap<>(gradientNorms));
    }

    /// The loss of all rows together, that of each step taken before its update: a mean over all
    /// positions that count, or a sum.
    public double loss() {
      return value(LOSS);
    }

    /// The loss on the validation set after the epoch, if there is one.
    public OptionalDouble validationLoss() {
      Double loss = values.get(VALIDATION + LOSS);
      return loss == null ? OptionalDouble.empty() : OptionalDouble.of(loss);
    }

    /// The value of that name, such as `accuracy` or `val_loss`.
    ///
    /// @throws MerapiException of kind `ARGUMENT` if there is none
    public double value(String name) {
      return Names.find("value", name, values);
    }

    /// Such as `loss 0.1234, accuracy 0.9812, val_loss 0.1301`.
    public String valuesText() {
      var parts = new ArrayList<String>();
      values.forEach((name, value) -> parts.add(name + " " + History.number(value)));
      return String.join(", ", parts);
    }
  }

  /// A short form for people.
  static String number(double value) {
    double size = Math.abs(value);
    boolean plain = size == 0 || size >= 0.001 && size < 100_000 || !Double.isFinite(value);
    return String.format(Locale.ROOT, plain ? "%.4f" : "%.3e", value);
  }

  /// The number of epochs.
  public int size() {
    return epochs.size();
  }

  /// The last epoch.
  ///
  /// @throws MerapiException of kind `ARGUMENT` if there was none
  public Epoch last() {
    if (epochs.isEmpty()) {
      throw MerapiException.of(Kind.ARGUMENT, "history: there was no epoch");
    }
    return epochs.getLast();
  }

  /// The values of that name, one for each epoch.
  ///
  /// @throws MerapiException of kind `ARGUMENT` if there is none
  public List<Double> values(String name) {
    return epochs.stream().map(epoch -> epoch.value(name)).toList();
  }

  /// The epoch with the best value of that name, the first of equals.
  ///
  /// @throws MerapiException of kind `ARGUMENT` if there is none
  public Epoch best(String name, Direction direction) {
    Epoch best = last();
    for (Epoch epoch : epochs.reversed()) {
      boolean worse = direction.isBetter(best.value(name), epoch.value(name), 0);
      best = worse ? best : epoch;
    }
    return best;
  }

  /// With an epoch more.
  History with(Epoch epoch) {
    var more = new ArrayList<>(epochs);
    more.add(epoch);
    return new History(more, stopped);
  }

  History stopped(Optional<String> why) {
    return new History(epochs, why);
  }

  /// Comma-separated values: a line of names, a line for each epoch. Numbers are written so that
  /// they read back as the same bits.
  public String toCsv() {
    return HistoryText.toCsv(this);
  }

  /// A table.
  @Override
  public String toString() {
    var columns = new LinkedHashMap<String, Function<Epoch, String>>();
    columns.put(HistoryText.EPOCH, epoch -> Integer.toString(epoch.number));
    for (String name : valueNames()) {
      columns.put(
          name,
          epoch -> Optional.ofNullable(epoch.values.get(name)).map(History::number).orElse(""));
    }
    columns.put(TABLE_RATE, epoch -> number(epoch.learningRate));
    columns.put(HistoryText.SECONDS, epoch -> String.format(Locale.ROOT, "%.1f", epoch.seconds));
    columns.put(TABLE_SPEED, epoch -> String.format(Locale.ROOT, "%.0f", epoch.examplesPerSecond));
    var lines = new ArrayList<List<String>>();
    lines.add(List.copyOf(columns.keySet()));
    for (Epoch epoch : epochs) {
      lines.add(columns.values().stream().map(column -> column.apply(epoch)).toList());
    }
    return TextTable.rightAligned(lines) + stopped.map(why -> "stopped: " + why + "\n").orElse("");
  }

  /// The names of all values of all epochs, in order.
  Set<String> valueNames() {
    var names = new LinkedHashSet<String>();
    epochs.forEach(epoch -> names.addAll(epoch.values.keySet()));
    return names;
  }
}
