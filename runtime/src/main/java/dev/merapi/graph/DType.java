package dev.merapi.graph;

import dev.merapi.MerapiException;
import dev.merapi.MerapiException.Kind;

/// The element types of tensors.
///
/// Every element takes four bytes in memory, so that all types share one lane count: a `BOOL` is
/// stored as an `int` that is 0 or 1.
public enum DType {
  /// IEEE 754 binary32.
  F32("f32"),
  /// Two's complement 32-bit integer.
  I32("i32"),
  /// Truth value, stored as the `int` 0 or 1.
  BOOL("bool");

  private final String text;

  DType(String text) {
    this.text = text;
  }

  /// Bytes of one element in memory.
  public int bytes() {
    return 4;
  }

  /// Whether gradients exist for this type.
  public boolean isFloat() {
    return this == F32;
  }

  /// The type of that name in the text form, such as `f32`.
  ///
  /// @throws MerapiException of kind `FORMAT` for an unknown name
  public static DType parse(String text) {
    for (DType type : values()) {
      if (type.text.equals(text)) {
        return type;
      }
    }
    throw MerapiException.of(Kind.FORMAT, "dtype: unknown name").with("name", text);
  }

  @Override
  public String toString() {
    return text;
  }
}
