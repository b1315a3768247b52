package dev.merapi.toolkit.progress;

import dev.merapi.History;
import dev.merapi.train.TrainingListener;
import dev.merapi.train.TrainingProgress;
import java.io.PrintStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Supplier;
import me.tongfei.progressbar.ConsoleProgressBarConsumer;
import me.tongfei.progressbar.ProgressBar;
import me.tongfei.progressbar.ProgressBarBuilder;
import me.tongfei.progressbar.ProgressBarConsumer;
import me.tongfei.progressbar.ProgressBarStyle;

/// A bar for each epoch, with the time left; it stays when the epoch is over.
final class Bars implements TrainingListener {
  private static final int MILLIS_BETWEEN_UPDATES = 100;

  /// The line of a bar. A bar that is closed before its first update does not end its line, and one
  /// that is closed during an update may end it twice (progressbar 0.10.2): so nobody but [#end]
  /// does.
  private static final class Line extends ConsoleProgressBarConsumer {
    Line(PrintStream out) {
      super(out);
    }

    Line(PrintStream out, int width) {
      super(out, width);
    }

    @Override
    public void close() {}
  }

  private final PrintStream out;
  private final Supplier<ProgressBarConsumer> lines;
  private final List<String> warnings = new ArrayList<>();
  private Optional<ProgressBar> bar = Optional.empty();
  private long nextMessage;

  private Bars(PrintStream out, Supplier<ProgressBarConsumer> lines) {
    this.out = out;
    this.lines = lines;
  }

  /// As wide as the terminal.
  static Bars on(PrintStream out) {
    return new Bars(out, () -> new Line(out));
  }

  static Bars on(PrintStream out, int width) {
    return new Bars(out, () -> new Line(out, width));
  }

  @Override
  public void onEpochStart(TrainingProgress progress) {
    ProgressBar started =
        new ProgressBarBuilder()
            .setTaskName("epoch %d/%d".formatted(progress.epoch(), progress.epochs()))
            .setInitialMax(progress.steps())
            .setStyle(ProgressBarStyle.ASCII)
            .setUpdateIntervalMillis(MILLIS_BETWEEN_UPDATES)
            .setConsumer(lines.get())
            .build();
    started.stepTo(progress.step());
    bar = Optional.of(started);
    nextMessage = System.nanoTime();
  }

  @Override
  public void onBatchEnd(TrainingProgress progress) {
    bar.ifPresent(each -> each.stepTo(progress.step()));
    long now = System.nanoTime();
    if (now >= nextMessage) { // metrics of the epoch so far may be dear
      nextMessage = now + MILLIS_BETWEEN_UPDATES * 1_000_000L;
      // Drawn here and not only by the library's timer, which comes late on a busy machine.
      bar.ifPresent(each -> each.setExtraMessage(message(progress)).refresh());
    }
  }

  private static String message(TrainingProgress progress) {
    var text = new StringBuilder(String.format(Locale.ROOT, "loss %.4f", progress.loss()));
    for (String metric : progress.metrics()) {
      text.append(String.format(Locale.ROOT, ", %s %.4f", metric, progress.metric(metric)));
    }
    double speed = progress.examples() / Math.max(progress.seconds(), 1e-9);
    return text.append(String.format(Locale.ROOT, ", %.0f examples/s", speed)).toString();
  }

  @Override
  public void onEpochEnd(TrainingProgress progress, History.Epoch epoch) {
    String speed = String.format(Locale.ROOT, ", %.0f examples/s", epoch.examplesPerSecond());
    end(epoch.valuesText() + speed);
  }

  /// A line of its own would tear the bar.
  @Override
  public void onWarning(TrainingProgress progress, String warning) {
    warnings.add(warning);
  }

  @Override
  public void onFitEnd(TrainingProgress progress, History history) {
    end("stopped");
    history.stopped().ifPresent(why -> out.println("stopped: " + why));
    out.flush();
  }

  @Override
  public void onFailure(TrainingProgress progress, RuntimeException failure) {
    end("failed");
  }

  /// Ends the bar that runs, if any, with a last message.
  private void end(String message) {
    if (bar.isPresent()) {
      bar.get().setExtraMessage(message).close();
      out.println();
      bar = Optional.empty();
    }
    warnings.forEach(warning -> out.println("warning: " + warning));
    warnings.clear();
  }
}
