package dev.merapi.compiler;

import dev.merapi.spi.Access;
import dev.merapi.spi.Buffer;

/// Where the elements of a value come from when a kernel reads it.
sealed interface Storage {
  /// In a buffer.
  record Stored(Buffer buffer, Strided places) implements Storage {
    Access access() {
      return new Access(buffer, places.offset(), places.strides());
    }
  }

  /// Nowhere: an affine function of the index.
  record Counted(Strided numbers) implements Storage {}

  /// Nowhere: the same 32 bits for every element.
  record Splat(int bits) implements Storage {}
}
