package dev.merapi.train;

import dev.merapi.History;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;

/// Writes the history as comma-separated values, anew after each epoch: a resumed run's file is
/// whole.
///
/// @param file replaced
public record CsvLog(Path file) implements TrainingListener {
  @Override
  public void onEpochEnd(TrainingProgress progress, History.Epoch epoch) {
    try {
      Files.writeString(file, progress.history().toCsv());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
