package dev.merapi.toolkit.progress;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/// The text of a bar: `epoch 2/10 45% [====> ] 57/125 0:14 left, loss 1.2545, accuracy 0.5687`.
///
/// @param epoch of how many, such as `2/10`
/// @param step how many of the steps are done
/// @param steps as many as the whole bar stands for
/// @param time what is said of it
/// @param values in the order of their importance: the last ones give way where a line is short
record BarText(String epoch, long step, long steps, String time, List<String> values) {
  private static final int SHORTEST = 10;
  private static final int LONGEST = 30;

  BarText {
    values = List.copyOf(values);
  }

  /// Whether that many of the values fit in a line of that length, with a bar of ten characters.
  boolean fits(int count, int length) {
    return text(SHORTEST, values.subList(0, count)).length() <= length;
  }

  /// As much as a line of that length holds: values that do not fit are left out.
  String in(int length) {
    var kept = new ArrayList<>(values);
    while (!kept.isEmpty() && text(SHORTEST, kept).length() > length) {
      kept.removeLast();
    }
    String shortest = text(SHORTEST, kept);
    int more = Math.min(LONGEST - SHORTEST, length - shortest.length());
    return more >= 0 ? text(SHORTEST + more, kept) : shortest.substring(0, length);
  }

  private String text(int bar, List<String> kept) {
    int done = steps == 0 ? bar : Math.toIntExact(bar * step / steps);
    String head = done == bar || done == 0 ? "" : ">";
    String filled = "=".repeat(done - head.length()) + head;
    var parts = new ArrayList<String>();
    parts.add(time);
    parts.addAll(kept);
    return String.format(
        Locale.ROOT,
        "epoch %s %3d%% [%s] %d/%d %s",
        epoch,
        steps == 0 ? 100 : 100 * step / steps,
        filled + " ".repeat(bar - filled.length()),
        step,
        steps,
        String.join(", ", parts));
  }

  /// `0:07`, `12:30` or `1:02:30`.
  static String clock(double seconds) {
    long whole = Math.round(seconds);
    long minutes = whole / 60;
    return minutes < 60
        ? String.format(Locale.ROOT, "%d:%02d", minutes, whole % 60)
        : String.format(Locale.ROOT, "%d:%02d:%02d", minutes / 60, minutes % 60, whole % 60);
  }
}
