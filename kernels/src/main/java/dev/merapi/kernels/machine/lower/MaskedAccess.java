package dev.merapi.kernels.machine.lower;

import dev.merapi.kernels.ir.MemoryType;
import dev.merapi.kernels.ir.Value;
import org.jspecify.annotations.Nullable;

/// Access to the elements that a mask lets through, and to `bool` elements, which each level does
/// in its own way. Other memory is not touched.
interface MaskedAccess {
  /// Loads a part of a vector.
  ///
  /// @param bits of the register
  Reg load(MemoryType element, Arg.Memory from, int lanes, int bits, Value mask, int part);

  /// Stores a part of a vector.
  ///
  /// @param bits of the register
  void store(
      MemoryType element, Arg.Memory to, Reg from, int lanes, int bits, Value mask, int part);

  /// Loads a mask.
  void loadMask(Value result, Arg.Memory from, @Nullable Value mask);

  /// Stores a mask.
  void storeMask(Arg.Memory to, Value from, @Nullable Value mask);
}
