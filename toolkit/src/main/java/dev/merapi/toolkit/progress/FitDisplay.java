package dev.merapi.toolkit.progress;

import dev.merapi.History;
import dev.merapi.train.TrainingListener;
import dev.merapi.train.TrainingProgress;
import java.io.PrintStream;

/// Shows how a `fit` goes on: a bar for each epoch on a terminal, one line an epoch elsewhere.
///
/// With this module on the class path or module path each `fit` that is not quiet has one, on the
/// standard output.
public final class FitDisplay implements TrainingListener {
  private final TrainingListener shown;

  /// On the standard output.
  public FitDisplay() {
    this(Terminal.isInteractive() ? Bars.on(System.out) : lines(System.out));
  }

  private FitDisplay(TrainingListener shown) {
    this.shown = shown;
  }

  /// Bars, whatever the stream is.
  public static FitDisplay bars(PrintStream terminal) {
    return new FitDisplay(Bars.on(terminal));
  }

  /// Bars that are no longer than so many characters.
  public static FitDisplay bars(PrintStream terminal, int width) {
    return new FitDisplay(Bars.on(terminal, width));
  }

  /// One line an epoch.
  public static FitDisplay lines(PrintStream out) {
    return new FitDisplay(
        TrainingListener.lines(line -> {
          out.println(line);
          out.flush();
        }));
  }

  @Override
  public boolean showsProgress() {
    return true;
  }

  @Override
  public void onFitStart(TrainingProgress progress) {
    shown.onFitStart(progress);
  }

  @Override
  public void onEpochStart(TrainingProgress progress) {
    shown.onEpochStart(progress);
  }

  @Override
  public void onBatchEnd(TrainingProgress progress) {
    shown.onBatchEnd(progress);
  }

  @Override
  public void onEpochEnd(TrainingProgress progress, History.Epoch epoch) {
    shown.onEpochEnd(progress, epoch);
  }

  @Override
  public void onWarning(TrainingProgress progress, String warning) {
    shown.onWarning(progress, warning);
  }

  @Override
  public void onFitEnd(TrainingProgress progress, History history) {
    shown.onFitEnd(progress, history);
  }

  @Override
  public void onFailure(TrainingProgress progress, RuntimeException failure) {
    shown.onFailure(progress, failure);
  }
}
