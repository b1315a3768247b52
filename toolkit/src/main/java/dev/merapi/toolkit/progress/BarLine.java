package dev.merapi.toolkit.progress;

import java.text.DecimalFormat;
import java.text.DecimalFormatSymbols;
import java.time.temporal.ChronoUnit;
import java.util.Locale;
import java.util.Optional;
import me.tongfei.progressbar.DefaultProgressBarRenderer;
import me.tongfei.progressbar.ProgressBarStyle;
import me.tongfei.progressbar.ProgressState;

/// Lays out a bar's line: `epoch 2/10 45% [====> ] 57/125 0:14 left, loss 1.2545`.
///
/// The library gives the bar what its message leaves, down to one character, and cuts the message
/// anywhere. Here parts of the message give way to the bar, as a whole and from the last one on.
final class BarLine extends DefaultProgressBarRenderer {
  /// What stands between the parts of a message.
  static final String SEPARATOR = ", ";

  private static final int SHORTEST_BAR = 10;

  BarLine() {
    super(
        ProgressBarStyle.ASCII,
        "",
        1,
        false,
        new DecimalFormat("0", DecimalFormatSymbols.getInstance(Locale.ROOT)),
        ChronoUnit.SECONDS,
        false,
        _ -> Optional.empty());
  }

  @Override
  public String render(ProgressState progress, int length) {
    String head = progress.getTaskName() + " " + percentage(progress) + " [";
    String tail = "] " + ratio(progress) + " ";
    int room = length - head.length() - tail.length();
    String message = progress.getExtraMessage();
    while (message.length() > room - SHORTEST_BAR && !message.isEmpty()) {
      message = message.substring(0, Math.max(0, message.lastIndexOf(SEPARATOR)));
    }
    return head + bar(progress, Math.max(1, room - message.length())) + tail + message;
  }

  private String bar(ProgressState progress, int length) {
    int done = progressIntegralPart(progress, length);
    return done == length
        ? "=".repeat(length)
        : "=".repeat(done) + ">" + " ".repeat(length - done - 1);
  }
}
