package dev.merapi.format;

import java.io.IOException;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// A file that is read bit by bit, on threads that may be interrupted meanwhile.
final class OpenedFile implements AutoCloseable {
  private final Path file;
  private final Stamp stamp;
  private FileChannel channel;
  private boolean closed;

  /// What tells a file from another one that took its name.
  private record Stamp(@Nullable Object key, FileTime modified, long size) {
    static Stamp of(Path file) throws IOException {
      var attributes = Files.readAttributes(file, BasicFileAttributes.class);
      return new Stamp(attributes.fileKey(), attributes.lastModifiedTime(), attributes.size());
    }
  }

  /// Reads something of a file; may be called again.
  @FunctionalInterface
  interface Reading<T> {
    T of(FileChannel channel) throws IOException;
  }

  OpenedFile(Path file) throws IOException {
    this.file = file;
    stamp = Stamp.of(file);
    channel = FileChannel.open(file, StandardOpenOption.READ);
  }

  /// @throws IOException if it cannot be read, or became another one after an interrupt
  <T> T read(Reading<T> reading) throws IOException {
    return Uninterrupted.run(() -> reading.of(channel()));
  }

  private FileChannel channel() throws IOException {
    if (closed) {
      throw new ClosedChannelException();
    }
    if (!channel.isOpen()) {
      channel = FileChannel.open(file, StandardOpenOption.READ);
      if (!Objects.equals(stamp, Stamp.of(file))) {
        throw new IOException("the file changed while it was read: " + file);
      }
    }
    return channel;
  }

  @Override
  public void close() throws IOException {
    closed = true;
    channel.close();
  }
}
