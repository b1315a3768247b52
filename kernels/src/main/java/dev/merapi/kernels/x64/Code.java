package dev.merapi.kernels.x64;

import java.util.Set;

/// Finished machine code, which runs wherever it is copied to a multiple of [#ALIGNMENT].
public final class Code {
  /// Of the first byte, so that constants of 64 bytes are aligned.
  public static final int ALIGNMENT = 64;

  private final byte[] bytes;
  private final int instructions;
  private final int features;

  Code(byte[] bytes, int instructions, int features) {
    this.bytes = bytes;
    this.instructions = instructions;
    this.features = features;
  }

  /// Instructions and the constants behind them.
  public byte[] bytes() {
    return bytes.clone();
  }

  /// How many bytes there are.
  public int size() {
    return bytes.length;
  }

  /// How many of the bytes are instructions; the rest is constants.
  public int instructionBytes() {
    return instructions;
  }

  /// What a processor must have to run it.
  public Set<Feature> features() {
    return Feature.ofMask(features);
  }
}
