package dev.merapi.train;

import dev.merapi.History;
import dev.merapi.MerapiException;
import dev.merapi.MerapiException.Kind;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;

/// Writes the history as comma-separated values, anew after each epoch: a resumed run's file is
/// whole.
///
/// @param file replaced
public record CsvLog(Path file) implements TrainingListener {
  /// @throws MerapiException of kind `ARGUMENT` if the file cannot be written
  @Override
  public void onFitStart(TrainingProgress progress) {
    try {
      write(progress);
    } catch (IOException e) {
      throw MerapiException.of(Kind.ARGUMENT, "csvLog: no file that can be written")
          .with("file", file)
          .with("reason", e.getClass().getSimpleName())
          .causedBy(e);
    }
  }

  @Override
  public void onEpochEnd(TrainingProgress progress, History.Epoch epoch) {
    try {
      write(progress);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void write(TrainingProgress progress) throws IOException {
    Files.writeString(file, progress.history().toCsv());
  }
}
