package dev.merapi.kernels.product;

/// What the sum of an element is, to the last bit. Kernels of one definition may take each other's
/// place.
public enum Definition {
  /// Blocks of [#BLOCK] consecutive k, each a chain of fused multiply-adds in `f32` that starts
  /// from zero; the blocks' sums are added up in order, in `f32`.
  F32_CHAIN_OF_640("f32 chain of 640");

  /// Steps of a block of k.
  public static final int BLOCK = 640;

  private final String text;

  Definition(String text) {
    this.text = text;
  }

  @Override
  public String toString() {
    return text;
  }
}
