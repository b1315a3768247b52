package dev.merapi.format;

import dev.merapi.graph.Shape;

/// A tensor as a header tells of it.
///
/// @param begin its first byte, counted from the first byte of data
/// @param end the byte behind its last one
record StoredTensor(String name, StoredType type, Shape shape, long begin, long end) {
  long elements() {
    return (end - begin) / type.bytes();
  }
}
