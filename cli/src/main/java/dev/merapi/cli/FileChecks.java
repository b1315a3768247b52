package dev.merapi.cli;

import dev.merapi.MerapiException;
import dev.merapi.MerapiException.Kind;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;

/// Looks at files before they are opened or written, to say plainly what is wrong with them.
final class FileChecks {
  private FileChecks() {}

  /// @param what the thing in messages
  /// @throws MerapiException of kind `ARGUMENT` if it is not a file that can be read
  static void checkReadable(String what, Path file) {
    if (!Files.exists(file)) {
      throw problem(what, "no such file", file);
    }
    if (Files.isDirectory(file)) {
      throw problem(what, "a folder, not a file", file);
    }
    if (!Files.isReadable(file)) {
      throw problem(what, "not allowed to read it", file);
    }
  }

  /// @throws MerapiException of kind `ARGUMENT` if a file cannot be made there
  static void checkWritable(String what, Path file) {
    Path folder = file.toAbsolutePath().getParent();
    if (Files.isDirectory(file)) {
      throw problem(what, "a folder, not a file", file);
    }
    if (folder == null || !Files.isDirectory(folder)) {
      throw problem(what, "no such folder", folder == null ? file : folder);
    }
    if (!Files.isWritable(Files.exists(file) ? file : folder)) {
      throw problem(what, "not allowed to write it", file);
    }
    if (!Files.exists(file)) {
      checkTakesFiles(what, folder, file);
    }
  }

  /// Permissions do not tell of file systems that are full or take no files.
  private static void checkTakesFiles(String what, Path folder, Path file) {
    try {
      Files.delete(Files.createTempFile(folder, "merapi", ".tmp"));
    } catch (IOException e) {
      throw problem(what, "cannot be written", file).causedBy(e);
    }
  }

  /// @throws MerapiException of kind `ARGUMENT` if it is no folder
  static void checkFolder(String what, Path folder) {
    if (!Files.exists(folder)) {
      throw problem(what, "no such folder", folder);
    }
    if (!Files.isDirectory(folder)) {
      throw problem(what, "a file, not a folder", folder);
    }
  }

  /// What the name ends in, from its last dot on, in lower case; empty if it has none.
  static String ending(Path file) {
    String name = file.toString();
    int dot = name.lastIndexOf('.');
    boolean inName = dot > Math.max(name.lastIndexOf('/'), name.lastIndexOf('\\'));
    return inName ? name.substring(dot).toLowerCase(Locale.ROOT) : "";
  }

  private static MerapiException problem(String what, String problem, Path file) {
    return MerapiException.of(Kind.ARGUMENT, what + ": " + problem).with("file", file);
  }
}
