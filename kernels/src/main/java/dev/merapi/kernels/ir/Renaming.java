package dev.merapi.kernels.ir;

/// Which values take the place of others.
@FunctionalInterface
public interface Renaming {
  /// The value to use instead of one.
  Value use(Value value);

  /// The value to define instead of one: the same, unless instructions are copied.
  default Value define(Value value) {
    return value;
  }
}
