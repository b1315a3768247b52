package dev.merapi.memory;

import dev.merapi.MerapiException;
import dev.merapi.MerapiException.Kind;

/// A place within a [Slab].
///
/// @param offset bytes from the slab's start
/// @param bytes length in bytes
public record Slot(long offset, long bytes) {
  public Slot {
    if (offset < 0 || bytes < 0 || Math.addExact(offset, bytes) < 0) {
      throw MerapiException.of(Kind.ARGUMENT, "slot: negative")
          .with("offset", offset)
          .with("bytes", bytes);
    }
  }

  /// The first byte behind it.
  public long end() {
    return offset + bytes;
  }
}
