package dev.merapi.toolkit.progress;

import dev.merapi.History;
import dev.merapi.train.TrainingListener;
import dev.merapi.train.TrainingProgress;
import java.io.PrintStream;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.IntSupplier;
import me.tongfei.progressbar.ConsoleProgressBarConsumer;
import me.tongfei.progressbar.ProgressBar;
import me.tongfei.progressbar.ProgressBarBuilder;

/// A bar for each epoch, with the time left; it stays when the epoch is over. More than a hundred
/// epochs share one, which counts them.
final class Bars implements TrainingListener {
  private static final Duration BETWEEN_UPDATES = Duration.ofMillis(100);
  private static final int MOST_BARS = 100;

  /// The line of a bar. Takes what is drawn on the thread of `fit` alone: a frame of the library's
  /// timer may come late or twice, and its bar may end the line twice or never (progressbar
  /// 0.10.2).
  private static final class Line extends ConsoleProgressBarConsumer {
    private final Thread fit = Thread.currentThread();
    private final PrintStream out;
    private String shown = "";

    Line(PrintStream out, int width) {
      super(out, width);
      this.out = out;
    }

    @Override
    public void accept(String text) {
      if (Thread.currentThread() == fit) {
        super.accept(text);
        out.flush();
        shown = text;
      }
    }

    @Override
    public void close() {}
  }

  private record Drawn(ProgressBar bar, Line line) {}

  private final PrintStream out;
  private final IntSupplier terminal;
  private final Duration betweenUpdates;
  private final List<String> warnings = new ArrayList<>();
  private Optional<Drawn> drawn = Optional.empty();
  private int width;
  private long nextUpdate = System.nanoTime();
  private int firstStep;

  private Bars(PrintStream out, IntSupplier terminal, Duration betweenUpdates) {
    this.out = out;
    this.terminal = terminal;
    this.betweenUpdates = betweenUpdates;
  }

  /// As wide as the terminal.
  static Bars on(PrintStream out) {
    var asking = new ConsoleProgressBarConsumer(out);
    return new Bars(out, asking::getMaxRenderedLength, BETWEEN_UPDATES);
  }

  static Bars on(PrintStream out, int width) {
    return on(out, width, BETWEEN_UPDATES);
  }

  static Bars on(PrintStream out, int width, Duration betweenUpdates) {
    return new Bars(out, () -> width, betweenUpdates);
  }

  @Override
  public void onFitStart(TrainingProgress progress) {
    width = terminal.getAsInt(); // once: it may take a program to know
  }

  @Override
  public void onEpochStart(TrainingProgress progress) {
    firstStep = progress.step();
    if (drawn.isEmpty()) {
      var line = new Line(out, width);
      drawn = Optional.of(new Drawn(on(line, progress), line));
    }
    if (isDue()) {
      draw(progress, running(progress)); // and again after the first step, for what that tells
    }
  }

  private static ProgressBar on(Line line, TrainingProgress progress) {
    boolean shared = isShared(progress);
    return new ProgressBarBuilder()
        .setTaskName(shared ? "epoch" : "epoch " + progress.epoch() + "/" + progress.epochs())
        .setInitialMax(shared ? progress.epochs() : progress.steps())
        .setRenderer(new BarLine())
        .setConsumer(line)
        .continuousUpdate() // draws whenever it is asked to
        .build();
  }

  private static boolean isShared(TrainingProgress progress) {
    return progress.epochs() > MOST_BARS;
  }

  @Override
  public void onBatchEnd(TrainingProgress progress) {
    if (isDue()) { // metrics of the epoch so far may be dear
      drawNow(progress, running(progress));
    }
  }

  private boolean isDue() {
    return System.nanoTime() >= nextUpdate;
  }

  private void drawNow(TrainingProgress progress, List<String> values) {
    draw(progress, values);
    nextUpdate = System.nanoTime() + betweenUpdates.toNanos();
  }

  private void draw(TrainingProgress progress, List<String> values) {
    drawn.ifPresent(each ->
        each.bar
            .stepTo(isShared(progress) ? epochsDone(progress) : progress.step())
            .setExtraMessage(String.join(BarLine.SEPARATOR, values))
            .refresh());
  }

  private static int epochsDone(TrainingProgress progress) {
    return progress.step() < progress.steps() ? progress.epoch() - 1 : progress.epoch();
  }

  private List<String> running(TrainingProgress progress) {
    var values = new ArrayList<String>();
    values.add(left(progress));
    if (progress.examples() > 0) {
      values.add(String.format(Locale.ROOT, "loss %.4f", progress.loss()));
      for (String metric : progress.metrics()) {
        values.add(String.format(Locale.ROOT, "%s %.4f", metric, progress.metric(metric)));
      }
      values.add(speed(progress.examples() / Math.max(progress.seconds(), 1e-9)));
    }
    return values;
  }

  /// Steps to come are taken to be as fast as those of this epoch were; the library's own guess
  /// would count the time that kernels take to be compiled.
  private String left(TrainingProgress progress) {
    int done = progress.step() - firstStep;
    if (done == 0) {
      return "-:-- left";
    }
    long epochs = isShared(progress) ? progress.epochs() - progress.epoch() : 0;
    long steps = epochs * progress.steps() + progress.steps() - progress.step();
    return clock(progress.seconds() / done * steps) + " left";
  }

  private static String clock(double seconds) {
    long whole = Math.round(seconds);
    return String.format(Locale.ROOT, "%d:%02d", whole / 60, whole % 60);
  }

  private static String speed(double examplesPerSecond) {
    return String.format(Locale.ROOT, "%.0f examples/s", examplesPerSecond);
  }

  @Override
  public void onEpochEnd(TrainingProgress progress, History.Epoch epoch) {
    if (!isShared(progress) || !warnings.isEmpty()) {
      end(progress, epoch);
    } else if (isDue()) {
      drawNow(progress, values(epoch));
    }
  }

  private static List<String> values(History.Epoch epoch) {
    return List.of(clock(epoch.seconds()), epoch.valuesText(), speed(epoch.examplesPerSecond()));
  }

  /// No value of an epoch's last line is left out: a long one goes on in the terminal's next line,
  /// without a bar.
  private void end(TrainingProgress progress, History.Epoch epoch) {
    draw(progress, values(epoch));
    drawn
        .map(Drawn::line)
        .filter(line -> !line.shown.contains(epoch.valuesText()))
        .ifPresent(line -> {
          line.clear();
          out.print(TrainingListener.line(progress, epoch));
        });
    end();
  }

  /// A line of its own would tear the bar.
  @Override
  public void onWarning(TrainingProgress progress, String warning) {
    warnings.add(warning);
  }

  @Override
  public void onFitEnd(TrainingProgress progress, History history) {
    if (drawn.isPresent() && progress.step() == progress.steps()) {
      end(progress, history.last());
    } else {
      end(progress, "stopped");
    }
    history.stopped().ifPresent(why -> out.println("stopped: " + why));
    out.flush();
  }

  @Override
  public void onFailure(TrainingProgress progress, RuntimeException failure) {
    end(progress, "failed");
  }

  private void end(TrainingProgress progress, String how) {
    draw(progress, List.of(how));
    end();
  }

  /// Ends the bar, if there is one, and says what there was to warn of.
  private void end() {
    drawn.ifPresent(each -> {
      each.bar.close();
      out.println();
    });
    drawn = Optional.empty();
    warnings.forEach(warning -> out.println("warning: " + warning));
    warnings.clear();
    out.flush();
  }
}
