package dev.merapi.kernels.loop;

import java.util.List;

/// An affine function of the loop indices: the address of an element, or a number. Loops over lanes
/// and inner loops treat a stride they know to be 0 or 1 better than any other; along the rows any
/// stride is the same.
///
/// @param kind what it counts
/// @param vector its stride along the lanes
/// @param levels its strides along the scalar inner loops, outermost first: [Stride#ZERO] or
///   [Stride#ANY]
record Cursor(Kind kind, Stride vector, List<Stride> levels) {
  Cursor {
    levels = List.copyOf(levels);
  }

  /// What a cursor counts.
  enum Kind {
    /// Bytes in memory; strides are of elements.
    ADDRESS(2),
    /// A number.
    NUMBER(0);

    private final int shift;

    Kind(int shift) {
      this.shift = shift;
    }

    /// A stride of 1 adds `1 << shift`.
    int shift() {
      return shift;
    }
  }

  /// What is known of a stride.
  enum Stride {
    ZERO,
    UNIT,
    ANY;

    static Stride of(long stride) {
      return stride == 0 ? ZERO : stride == 1 ? UNIT : ANY;
    }
  }
}
