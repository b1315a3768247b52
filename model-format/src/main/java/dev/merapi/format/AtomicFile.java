package dev.merapi.format;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.channels.SeekableByteChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFileAttributeView;
import java.util.HexFormat;
import java.util.concurrent.ThreadLocalRandom;

/// Replaces a file as a whole: whoever reads it, at any time and after any accident, finds the old
/// file or the new one.
final class AtomicFile {
  /// Writes a file's bytes.
  @FunctionalInterface
  interface Body {
    void write(SeekableByteChannel channel) throws IOException;
  }

  private AtomicFile() {}

  /// Writes beside, brings it to the disk, renames, and brings the rename to the disk.
  ///
  /// The new file keeps the old one's permissions.
  ///
  /// @throws UncheckedIOException if it cannot be written; the old file is still there then, and
  ///   nothing beside it (unless the system fails to bring a finished rename to the disk)
  static void write(Path file, Body body) {
    try {
      Path target = Files.isSymbolicLink(file) ? file.toRealPath() : file.toAbsolutePath();
      Path beside = target.resolveSibling(temporaryName(target));
      try {
        try (var channel =
            FileChannel.open(
                beside,
                StandardOpenOption.WRITE,
                StandardOpenOption.READ,
                StandardOpenOption.CREATE_NEW)) {
          body.write(channel);
          channel.force(true);
        }
        keepPermissions(target, beside);
        Files.move(
            beside, target, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
      } catch (IOException | RuntimeException | Error e) {
        try {
          Files.deleteIfExists(beside);
        } catch (IOException left) {
          e.addSuppressed(left);
        }
        throw e;
      }
      syncFolder(target);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static void keepPermissions(Path from, Path to) throws IOException {
    var old = Files.getFileAttributeView(from, PosixFileAttributeView.class);
    var fresh = Files.getFileAttributeView(to, PosixFileAttributeView.class);
    if (old != null && fresh != null && Files.exists(from)) {
      fresh.setPermissions(old.readAttributes().permissions());
    }
  }

  private static String temporaryName(Path target) {
    String random = HexFormat.of().toHexDigits(ThreadLocalRandom.current().nextLong());
    return target.getFileName() + "." + random + ".tmp";
  }

  /// The name is on the disk when the folder is. Systems that cannot open a folder (Windows) order
  /// renames themselves.
  private static void syncFolder(Path target) throws IOException {
    FileChannel folder;
    try {
      folder = FileChannel.open(target.resolveSibling("."), StandardOpenOption.READ);
    } catch (IOException _) {
      return;
    }
    try (folder) {
      folder.force(true);
    }
  }
}
