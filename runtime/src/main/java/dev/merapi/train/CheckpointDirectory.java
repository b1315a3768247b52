package dev.merapi.train;

import dev.merapi.MerapiException;
import dev.merapi.MerapiException.Kind;
import dev.merapi.ModelFiles;
import dev.merapi.spi.ModelContents;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/// Checkpoints as files of a directory: the last few, `step-000000001250.merapi`, and the best one,
/// `best.merapi`. Each is a model file that `Model.load` opens as well.
///
/// @param directory made when it is not there
/// @param keep how many of the last ones stay
public record CheckpointDirectory(Path directory, int keep) implements CheckpointStore {
  private static final String ENDING = ".merapi";
  private static final Pattern NAME = Pattern.compile("step-\\d{12}" + Pattern.quote(ENDING));

  public CheckpointDirectory {
    if (keep < 1) {
      throw MerapiException.of(Kind.ARGUMENT, "checkpoints: keeps at least one").with("keep", keep);
    }
  }

  /// The file of the best checkpoint.
  public Path best() {
    return directory.resolve("best" + ENDING);
  }

  /// The files of the last checkpoints, the oldest first.
  public List<Path> files() {
    if (!Files.isDirectory(directory)) {
      return List.of();
    }
    try (Stream<Path> all = Files.list(directory)) {
      return all.filter(file -> NAME.matcher(name(file)).matches())
          .sorted(Comparator.comparing(CheckpointDirectory::name))
          .toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /// Makes the directory.
  ///
  /// @throws MerapiException of kind `ARGUMENT` if it is a file, cannot be made or not be written
  ///   to, or nobody writes Merapi files
  @Override
  public void prepare() {
    ModelFiles.requireWriter(best());
    try {
      Files.createDirectories(directory);
      Files.delete(Files.createTempFile(directory, "merapi", ".tmp"));
    } catch (IOException e) {
      throw MerapiException.of(Kind.ARGUMENT, "checkpoints: no folder that can be written to")
          .with("folder", directory)
          .with("reason", e.getClass().getSimpleName())
          .hint("checkpointTo takes a folder, and makes it if it is not there")
          .causedBy(e);
    }
  }

  @Override
  public void save(long step, ModelContents contents) {
    Path mine = directory.resolve(String.format(Locale.ROOT, "step-%012d%s", step, ENDING));
    write(mine, contents);
    // Later steps are of a run before this one, which began anew: resuming must not find them.
    files().stream()
        .filter(file -> name(file).compareTo(name(mine)) > 0)
        .forEach(CheckpointDirectory::delete);
    List<Path> files = files();
    for (Path old : files.subList(0, Math.max(0, files.size() - keep))) {
      delete(old);
    }
  }

  @Override
  public void saveBest(ModelContents contents) {
    write(best(), contents);
  }

  @Override
  public Optional<ModelContents> latest() {
    List<Path> files = files();
    return files.isEmpty() ? Optional.empty() : Optional.of(ModelFiles.read(files.getLast()));
  }

  private void write(Path file, ModelContents contents) {
    try {
      Files.createDirectories(directory);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    ModelFiles.write(file, contents);
  }

  private static String name(Path file) {
    return file.getFileName().toString();
  }

  private static void delete(Path file) {
    try {
      Files.deleteIfExists(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
