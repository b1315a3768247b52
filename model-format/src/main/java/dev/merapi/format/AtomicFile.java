package dev.merapi.format;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.channels.SeekableByteChannel;
import java.nio.file.FileSystemLoopException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFileAttributeView;
import java.util.HexFormat;
import java.util.concurrent.ThreadLocalRandom;

/// Replaces a file as a whole: whoever reads it, at any time and after any accident, finds the old
/// file or the new one. An interrupt of the thread does not break it off.
final class AtomicFile {
  /// Writes a file's bytes. It may be called again, for another channel.
  @FunctionalInterface
  interface Body {
    void write(SeekableByteChannel channel) throws IOException;
  }

  /// As Linux allows.
  private static final int MOST_LINKS = 40;

  private AtomicFile() {}

  /// Writes beside, brings it to the disk, renames, and brings the rename to the disk.
  ///
  /// The new file keeps the old one's permissions.
  ///
  /// @throws UncheckedIOException if it cannot be written; the old file is still there then, and
  ///   nothing beside it (unless the system fails to bring a finished rename to the disk)
  static void write(Path file, Body body) {
    try {
      Path target = target(file.toAbsolutePath());
      Uninterrupted.run(() -> replace(target, body));
      Uninterrupted.run(() -> syncFolder(target));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static Path replace(Path target, Body body) throws IOException {
    Path beside = target.resolveSibling(temporaryName());
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
      return Files.move(
          beside, target, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    } catch (IOException | RuntimeException | Error e) {
      try {
        Files.deleteIfExists(beside);
      } catch (IOException left) {
        e.addSuppressed(left);
      }
      throw e;
    }
  }

  /// What a chain of links leads to, whether it is there or not: a link stays a link.
  private static Path target(Path file) throws IOException {
    Path target = file;
    for (int links = 0; Files.isSymbolicLink(target); links++) {
      if (links == MOST_LINKS) {
        throw new FileSystemLoopException(file.toString());
      }
      target = target.resolveSibling(Files.readSymbolicLink(target));
    }
    return target;
  }

  private static void keepPermissions(Path from, Path to) throws IOException {
    var old = Files.getFileAttributeView(from, PosixFileAttributeView.class);
    var fresh = Files.getFileAttributeView(to, PosixFileAttributeView.class);
    if (old != null && fresh != null && Files.exists(from)) {
      fresh.setPermissions(old.readAttributes().permissions());
    }
  }

  /// Short, as the name of the file may be the longest that the system allows.
  private static String temporaryName() {
    return "merapi." + HexFormat.of().toHexDigits(ThreadLocalRandom.current().nextLong()) + ".tmp";
  }

  /// The name is on the disk when the folder is. Systems that cannot open a folder (Windows) order
  /// renames themselves.
  private static Path syncFolder(Path target) throws IOException {
    Path place = target.resolveSibling(".");
    FileChannel folder;
    try {
      folder = FileChannel.open(place, StandardOpenOption.READ);
    } catch (IOException _) {
      return place;
    }
    try (folder) {
      folder.force(true);
    }
    return place;
  }
}
