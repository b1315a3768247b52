package dev.merapi.kernels.ir;

import org.jspecify.annotations.Nullable;

/// The types of elements in memory, little-endian, aligned or not, and the conversion of each to
/// and from lanes.
///
/// Loading is exact. Storing narrows: floats round to nearest, ties to even, with denormal results
/// and a NaN as a NaN; integers *wrap*, that is, keep their low bits (a kernel that wants
/// saturation clamps with `min` and `max` before).
public enum MemoryType {
  /// One byte: 0 is false, anything else true; true is written as 1. Loads as a mask.
  BOOL("bool", 1, null),
  I8("i8", 1, Lane.I32),
  U8("u8", 1, Lane.I32),
  I16("i16", 2, Lane.I32),
  U16("u16", 2, Lane.I32),
  /// IEEE 754 binary16.
  F16("f16", 2, Lane.F32),
  /// The upper half of a binary32.
  BF16("bf16", 2, Lane.F32),
  F32("f32", 4, Lane.F32),
  F64("f64", 8, Lane.F64),
  I32("i32", 4, Lane.I32),
  I64("i64", 8, Lane.I64);

  private final String text;
  private final int bytes;
  private final @Nullable Lane lane;

  MemoryType(String text, int bytes, @Nullable Lane lane) {
    this.text = text;
    this.bytes = bytes;
    this.lane = lane;
  }

  /// Bytes of one element.
  public int bytes() {
    return bytes;
  }

  /// The type of so many loaded elements.
  public Type loaded(int count) {
    return lane == null ? new MaskType(count) : new VectorType(lane, count);
  }

  /// Whether an element can be loaded as an integer (widened by its sign or by zeros) and stored
  /// from one (wrapped).
  public boolean isInteger() {
    return lane != null && !lane.isFloat();
  }

  @Override
  public String toString() {
    return text;
  }
}
