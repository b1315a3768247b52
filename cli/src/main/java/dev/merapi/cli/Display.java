package dev.merapi.cli;

import dev.merapi.History;
import dev.merapi.toolkit.progress.FitDisplay;
import dev.merapi.train.TrainingListener;
import dev.merapi.train.TrainingProgress;

/// Shows how training goes on: bars on a terminal, otherwise one line an epoch, for as long as
/// somebody reads them.
final class Display {
  private Display() {}

  static TrainingListener on(Output output) {
    return Output.isTerminal() ? FitDisplay.bars(System.out) : new Lines(output);
  }

  private record Lines(Output output) implements TrainingListener {
    @Override
    public void onEpochEnd(TrainingProgress progress, History.Epoch epoch) {
      print(TrainingListener.line(progress, epoch));
    }

    @Override
    public void onWarning(TrainingProgress progress, String warning) {
      print("warning: " + warning);
    }

    @Override
    public void onFitEnd(TrainingProgress progress, History history) {
      history.stopped().ifPresent(why -> print("stopped: " + why));
    }

    private void print(String line) {
      output.print("%s", line);
      if (output.isClosed()) {
        throw new OutputClosed();
      }
    }
  }
}
