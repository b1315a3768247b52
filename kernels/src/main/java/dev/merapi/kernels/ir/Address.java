package dev.merapi.kernels.ir;

import java.util.List;
import org.jspecify.annotations.Nullable;

/// `base + index * scale + offset`, in bytes.
///
/// @param base a pointer
/// @param index an integer, or null for none
/// @param scale 1, 2, 4 or 8; 1 without an index
/// @param offset any that fits 32 bits
public record Address(Value base, @Nullable Value index, int scale, long offset) {
  /// An address without an index.
  public static Address of(Value base, long offset) {
    return new Address(base, null, 1, offset);
  }

  /// The values that it is made of.
  public List<Value> operands() {
    return index == null ? List.of(base) : List.of(base, index);
  }

  Address rename(Renaming values) {
    return new Address(values.use(base), index == null ? null : values.use(index), scale, offset);
  }

  @Override
  public String toString() {
    String scaled = index == null ? "" : " + " + index + (scale == 1 ? "" : " * " + scale);
    String moved = offset == 0 ? "" : (offset < 0 ? " - " : " + ") + Math.abs(offset);
    return "[" + base + scaled + moved + "]";
  }
}
