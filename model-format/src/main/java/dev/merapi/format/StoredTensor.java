package dev.merapi.format;

import dev.merapi.graph.Dim;
import dev.merapi.graph.Shape;
import java.util.List;

/// A tensor as a header tells of it.
///
/// @param sizes outermost first
/// @param begin its first byte, counted from the first byte of data
/// @param end the byte behind its last one
record StoredTensor(String name, StoredType type, List<Long> sizes, long begin, long end) {
  StoredTensor {
    sizes = List.copyOf(sizes);
  }

  Shape shape() {
    return new Shape(sizes.stream().map(Dim::of).toList());
  }

  long elements() {
    return (end - begin) / type.bytes();
  }
}
