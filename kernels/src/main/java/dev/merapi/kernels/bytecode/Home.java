package dev.merapi.kernels.bytecode;

import dev.merapi.kernels.ir.Lane;

/// Where a value is kept.
sealed interface Home {
  /// The type of what is kept: of a word or mask `I64`, of a condition `I32`.
  Lane lane();

  /// A local variable, of something that is no vector.
  record Local(Lane lane, int slot) implements Home {}

  /// An element of the array of a type, or `count` of them for the lanes of a vector.
  record InArray(Lane lane, int offset, int count) implements Home {}
}
