package dev.merapi.kernels.bytecode;

import org.jspecify.annotations.Nullable;

/// A method came out longer than HotSpot compiles, or than a class can hold.
final class TooLongException extends RuntimeException {
  private static final long serialVersionUID = 1;

  TooLongException(String what, @Nullable Throwable cause) {
    super(what, cause);
  }
}
