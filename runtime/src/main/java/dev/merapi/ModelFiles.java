package dev.merapi;

import dev.merapi.MerapiException.Kind;
import dev.merapi.spi.ModelContents;
import dev.merapi.spi.ModelReader;
import dev.merapi.spi.ModelWriter;
import dev.merapi.spi.WeightsReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.TreeSet;
import java.util.function.Function;

/// Files of models. The format is chosen by the ending of the name; `.merapi` is Merapi's own.
public final class ModelFiles {
  /// Of Merapi's own format.
  private static final String OWN_ENDING = ".merapi";

  private ModelFiles() {}

  /// Reads a model with all that its file holds, such as the state of its training.
  ///
  /// @throws MerapiException of kind `ARGUMENT` if there is no such file or nobody reads such a
  ///   format, `FORMAT` if the file is not what its format demands, `UNSUPPORTED_OP`
  /// @throws java.io.UncheckedIOException if it cannot be read
  public static ModelContents read(Path file) {
    return reader(file, ModelReader.class, ModelReader::endings).read(file);
  }

  /// Reads a model from a stream to its end, through a temporary file.
  static ModelContents read(InputStream stream) {
    try {
      Path copy = Files.createTempFile("model", OWN_ENDING);
      try {
        Files.copy(stream, copy, StandardCopyOption.REPLACE_EXISTING);
        return read(copy);
      } catch (MerapiException e) { // the name of the copy says nothing to whoever gave the stream
        throw e.getCause() instanceof MerapiException reason
            ? MerapiException.of(e.kind(), "model stream: cannot be read")
                .with("reason", reason.getMessage())
                .causedBy(reason)
            : e;
      } finally {
        Files.deleteIfExists(copy);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /// Writes a model; a file that was there is replaced at once and as a whole.
  ///
  /// @throws MerapiException of kind `ARGUMENT` if nobody writes such a format or it cannot hold
  ///   such a model, if there is no such folder, or a folder of that name
  /// @throws java.io.UncheckedIOException if it cannot be written
  public static void write(Path file, ModelContents contents) {
    ModelWriter writer = find(file, ModelWriter.class, ModelWriter::endings);
    Path folder = file.toAbsolutePath().getParent();
    if (folder != null && !Files.isDirectory(folder)) {
      throw MerapiException.of(Kind.ARGUMENT, "model file: no such folder")
          .with("file", file)
          .with("folder", folder)
          .hint("make it first, with Files.createDirectories");
    }
    if (Files.isDirectory(file)) {
      throw MerapiException.of(Kind.ARGUMENT, "model file: is a folder").with("file", file);
    }
    writer.write(file, contents);
  }

  /// Looks before a long computation whether its result could be written under a name.
  ///
  /// @throws MerapiException of kind `ARGUMENT` if nobody writes such a format
  public static void requireWriter(Path file) {
    find(file, ModelWriter.class, ModelWriter::endings);
  }

  static WeightsReader weights(Path file) {
    return reader(file, WeightsReader.class, WeightsReader::endings);
  }

  private static <T> T reader(Path file, Class<T> service, Function<T, List<String>> endings) {
    T found = find(file, service, endings);
    if (!Files.isRegularFile(file)) {
      throw MerapiException.of(Kind.ARGUMENT, "model file: no such file").with("file", file);
    }
    return found;
  }

  private static <T> T find(Path file, Class<T> service, Function<T, List<String>> endings) {
    String name = file.toString();
    var known = new TreeSet<String>();
    for (T each : Services.of(service)) {
      for (String ending : endings.apply(each)) {
        if (name.endsWith(ending)) {
          return each;
        }
        known.add(ending);
      }
    }
    throw MerapiException.of(Kind.ARGUMENT, "model file: no " + service.getSimpleName() + " for it")
        .with("file", file)
        .with("known endings", known)
        .hint(
            known.isEmpty()
                ? "add the dependency dev.merapi:merapi-format (dev.merapi:merapi brings it), or on"
                    + " the module path --add-modules dev.merapi.format"
                : "the ending of the name says which format it is");
  }
}
