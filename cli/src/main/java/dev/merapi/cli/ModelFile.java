package dev.merapi.cli;

import dev.merapi.MerapiException;
import dev.merapi.MerapiException.Kind;
import dev.merapi.Model;
import dev.merapi.spi.ModelReader;
import dev.merapi.spi.ModelWriter;
import java.nio.file.Path;
import java.util.Collection;
import java.util.List;
import java.util.ServiceLoader;
import java.util.TreeSet;
import java.util.function.Function;

/// Model files, looked at before anything is done with them.
final class ModelFile {
  private ModelFile() {}

  /// Reads a model.
  ///
  /// @throws MerapiException that says what is wrong with the file
  static Model load(Path file) {
    FileChecks.checkReadable("model", file);
    checkEnding(file, endings(ModelReader.class, ModelReader::endings));
    return Model.load(file);
  }

  /// Notices before a long computation what would hinder saving its result.
  ///
  /// @throws MerapiException of kind `ARGUMENT` if nobody writes such a file, or not there
  static void checkWritable(Path file) {
    checkEnding(file, endings(ModelWriter.class, ModelWriter::endings));
    FileChecks.checkWritable("model", file);
  }

  private static <T> Collection<String> endings(
      Class<T> service, Function<T, List<String>> endings) {
    var all = new TreeSet<String>();
    ServiceLoader.load(service, ModelFile.class.getClassLoader())
        .forEach(each -> all.addAll(endings.apply(each)));
    return all;
  }

  private static boolean fits(Path file, Collection<String> endings) {
    return endings.stream().anyMatch(file.toString()::endsWith);
  }

  private static void checkEnding(Path file, Collection<String> known) {
    if (!fits(file, known)) {
      throw MerapiException.of(Kind.ARGUMENT, "model: not the ending of a model file")
          .with("file", file)
          .with("known", known);
    }
  }
}
