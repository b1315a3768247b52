package dev.merapi.cli;

import dev.merapi.examples.LeNet.Epoch;
import dev.merapi.examples.LeNet.Listener;
import java.io.Console;
import java.io.PrintWriter;
import java.util.Locale;
import me.tongfei.progressbar.ProgressBar;
import me.tongfei.progressbar.ProgressBarBuilder;
import me.tongfei.progressbar.ProgressBarStyle;
import org.jspecify.annotations.Nullable;

/// Shows how training goes on. The caller closes it.
sealed interface EpochDisplay extends Listener, AutoCloseable {
  @Override
  void close();

  /// Bars on a terminal, otherwise one line an epoch.
  static EpochDisplay on(PrintWriter out) {
    Console console = System.console();
    return console != null && console.isTerminal() ? new Bars() : new Lines(out);
  }

  /// One line at the end of each epoch.
  record Lines(PrintWriter out) implements EpochDisplay {
    @Override
    public void epoch(Epoch epoch) {
      out.println(epoch);
      out.flush();
    }

    @Override
    public void close() {}
  }

  /// A bar for each epoch; it stays when the epoch is over.
  final class Bars implements EpochDisplay {
    private static final int MILLIS_BETWEEN_UPDATES = 100;

    private @Nullable ProgressBar bar;
    private int epoch = 1;

    @Override
    public void step(int step, int steps, float loss) {
      ProgressBar current = bar;
      if (current == null) {
        current = start(steps);
        bar = current;
      }
      current.stepTo(step);
      current.setExtraMessage(String.format(Locale.ROOT, "loss %.4f", loss));
    }

    private ProgressBar start(int steps) {
      return new ProgressBarBuilder()
          .setTaskName("epoch " + epoch)
          .setInitialMax(steps)
          .setStyle(ProgressBarStyle.ASCII)
          .setUpdateIntervalMillis(MILLIS_BETWEEN_UPDATES)
          .build();
    }

    @Override
    public void epoch(Epoch done) {
      ProgressBar current = bar;
      if (current != null) {
        current.setExtraMessage(
            String.format(
                Locale.ROOT, "loss %.4f, %.0f images/s", done.loss(), done.imagesPerSecond()));
      }
      close();
      epoch = done.number() + 1;
    }

    @Override
    public void close() {
      ProgressBar current = bar;
      if (current != null) {
        current.close();
        bar = null;
      }
    }
  }
}
