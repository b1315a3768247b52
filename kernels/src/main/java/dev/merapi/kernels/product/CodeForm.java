package dev.merapi.kernels.product;

/// How the code of a product is divided into routines.
public enum CodeForm {
  /// One routine for a strip of tiles, as long as it likes: for machine code of our own.
  LONG,
  /// A routine for a full tile, one for the last, and one for each thing that becomes of the sums.
  /// Each is a method that the compilers of the JVM take: these give up on long ones.
  SHORT
}
