package dev.merapi.kernels.machine.lower;

import dev.merapi.kernels.ir.VectorType;

/// The registers for which code is written, and how vectors are divided among them.
enum Target {
  /// 16 registers of 256 bits; masks are vectors.
  AVX2(256, 16),
  /// 32 registers of 512 bits, and registers for masks.
  AVX512(512, 32);

  /// A register holds at least so many bits, even if a vector has fewer.
  private static final int LEAST = 128;

  final int bits;
  final int vectors;

  Target(int bits, int vectors) {
    this.bits = bits;
    this.vectors = vectors;
  }

  boolean isWide() {
    return this == AVX512;
  }

  /// The lanes that one register has of a vector.
  int lanes(int count, int laneBits) {
    return Math.min(count, bits / laneBits);
  }

  /// The registers of a vector.
  int parts(int count, int laneBits) {
    return count / lanes(count, laneBits);
  }

  /// The bits of each of these registers.
  int width(int count, int laneBits) {
    return Math.max(LEAST, lanes(count, laneBits) * laneBits);
  }

  int lanes(VectorType type) {
    return lanes(type.count(), type.lane().bits());
  }

  int parts(VectorType type) {
    return parts(type.count(), type.lane().bits());
  }

  int width(VectorType type) {
    return width(type.count(), type.lane().bits());
  }
}
