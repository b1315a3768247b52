package dev.merapi.toolkit.progress;

import dev.merapi.History;
import dev.merapi.train.TrainingListener;
import dev.merapi.train.TrainingProgress;
import java.io.PrintStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.IntSupplier;

/// A bar for each epoch, with the time left; it stays when the epoch is over. More than a hundred
/// epochs share one.
final class Bars implements TrainingListener {
  private static final long NANOS_BETWEEN_UPDATES = 100_000_000;
  private static final int MOST_BARS = 100;

  private final PrintStream out;
  private final IntSupplier columns;
  private final List<String> warnings = new ArrayList<>();
  private int width = Terminal.USUAL;
  private long nextUpdate = System.nanoTime();
  private int firstStep;

  // Of the line that has not ended yet: how long it is, and what the last epoch has to say there.
  private int shown;
  private Optional<BarText> last = Optional.empty();

  private Bars(PrintStream out, IntSupplier columns) {
    this.out = out;
    this.columns = columns;
  }

  /// As wide as the terminal.
  static Bars on(PrintStream out) {
    return new Bars(out, Terminal::columns);
  }

  static Bars on(PrintStream out, int width) {
    return new Bars(out, () -> width);
  }

  @Override
  public void onFitStart(TrainingProgress progress) {
    width = columns.getAsInt() - 1; // a character in the last column may wrap the line
  }

  @Override
  public void onEpochStart(TrainingProgress progress) {
    firstStep = progress.step();
    if (isDue()) {
      draw(running(progress).in(width)); // and again after the first step, for what that tells
    }
  }

  @Override
  public void onBatchEnd(TrainingProgress progress) {
    if (isDue()) { // metrics of the epoch so far may be dear
      drawNow(running(progress));
    }
  }

  private boolean isDue() {
    return System.nanoTime() >= nextUpdate;
  }

  private void drawNow(BarText text) {
    draw(text.in(width));
    nextUpdate = System.nanoTime() + NANOS_BETWEEN_UPDATES;
  }

  private BarText running(TrainingProgress progress) {
    var values = new ArrayList<String>();
    if (progress.examples() > 0) {
      values.add(String.format(Locale.ROOT, "loss %.4f", progress.loss()));
      for (String metric : progress.metrics()) {
        values.add(String.format(Locale.ROOT, "%s %.4f", metric, progress.metric(metric)));
      }
      values.add(speed(progress.examples() / Math.max(progress.seconds(), 1e-9)));
    }
    return text(progress, left(progress), values);
  }

  /// Steps to come are taken to be as fast as those of this epoch were.
  private String left(TrainingProgress progress) {
    int done = progress.step() - firstStep;
    if (done == 0) {
      return "-:-- left";
    }
    double each = progress.seconds() / done;
    return BarText.clock(each * (barSteps(progress) - barStep(progress))) + " left";
  }

  private static String speed(double examplesPerSecond) {
    return String.format(Locale.ROOT, "%.0f examples/s", examplesPerSecond);
  }

  private static BarText text(TrainingProgress progress, String time, List<String> values) {
    String epoch = progress.epoch() + "/" + progress.epochs();
    return new BarText(epoch, barStep(progress), barSteps(progress), time, values);
  }

  private static long barStep(TrainingProgress progress) {
    return isShared(progress) ? progress.totalSteps() : progress.step();
  }

  private static long barSteps(TrainingProgress progress) {
    return (isShared(progress) ? progress.epochs() : 1L) * progress.steps();
  }

  private static boolean isShared(TrainingProgress progress) {
    return progress.epochs() > MOST_BARS;
  }

  /// No value of an epoch's last line is left out: a long one goes on in the terminal's next line,
  /// without a bar.
  @Override
  public void onEpochEnd(TrainingProgress progress, History.Epoch epoch) {
    var values = List.of(epoch.valuesText(), speed(epoch.examplesPerSecond()));
    var text = text(progress, BarText.clock(epoch.seconds()), values);
    if (!isShared(progress) || !warnings.isEmpty()) {
      draw(text.fits(1, width) ? text.in(width) : TrainingListener.line(progress, epoch));
      end();
    } else {
      last = Optional.of(text);
      if (isDue()) {
        drawNow(text);
      }
    }
  }

  /// A line of its own would tear the bar.
  @Override
  public void onWarning(TrainingProgress progress, String warning) {
    warnings.add(warning);
  }

  @Override
  public void onFitEnd(TrainingProgress progress, History history) {
    if (progress.step() < progress.steps()) {
      draw(text(progress, "stopped", List.of()).in(width));
    } else {
      last.ifPresent(text -> draw(text.in(width)));
    }
    end();
    history.stopped().ifPresent(why -> out.println("stopped: " + why));
    out.flush();
  }

  @Override
  public void onFailure(TrainingProgress progress, RuntimeException failure) {
    if (shown > 0) {
      draw(text(progress, "failed", List.of()).in(width));
    }
    end();
  }

  /// Puts a text in the place of the one that is shown.
  private void draw(String text) {
    out.print("\r" + text + " ".repeat(Math.max(0, shown - text.length())));
    out.flush();
    shown = text.length();
  }

  /// Ends the line, if there is one, and says what there was to warn of.
  private void end() {
    if (shown > 0) {
      out.println();
      shown = 0;
    }
    last = Optional.empty();
    warnings.forEach(warning -> out.println("warning: " + warning));
    warnings.clear();
    out.flush();
  }
}
