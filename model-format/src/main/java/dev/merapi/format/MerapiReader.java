package dev.merapi.format;

import dev.merapi.MerapiException;
import dev.merapi.MerapiException.Kind;
import dev.merapi.spi.ModelContents;
import dev.merapi.spi.ModelReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;

/// Reads Merapi files into memory of their own; see `docs/file-format.md`.
public final class MerapiReader implements ModelReader {
  @Override
  public List<String> endings() {
    return List.of(".merapi", ".safetensors");
  }

  @Override
  public ModelContents read(Path file) {
    try {
      return Uninterrupted.run(() -> contents(file));
    } catch (MerapiException e) {
      throw refused(file, e);
    } catch (OutOfMemoryError e) {
      throw tooLarge(file, e);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static ModelContents contents(Path file) throws IOException {
    try (var channel = FileChannel.open(file, StandardOpenOption.READ)) {
      return ModelReading.of(channel);
    }
  }

  static MerapiException tooLarge(Path file, OutOfMemoryError e) {
    return MerapiException.of(Kind.MEMORY, "model file: needs more memory than there is")
        .with("file", file)
        .hint("give the JVM more (-Xmx), if the file can be trusted")
        .causedBy(e);
  }

  /// Names the file. What a damaged file makes of shapes and graphs is an error of the file.
  static MerapiException refused(Path file, MerapiException e) {
    Kind kind =
        switch (e.kind()) {
          case UNSUPPORTED_OP, MEMORY -> e.kind();
          default -> Kind.FORMAT;
        };
    return MerapiException.of(kind, "model file: cannot be read")
        .with("file", file)
        .with("reason", e.getMessage())
        .causedBy(e);
  }
}
