package dev.merapi.kernels.jit;

import java.util.List;
import java.util.stream.Stream;
import jdk.incubator.vector.FloatVector;

/// How many 4-byte elements a vector of the Vector API has. [#SCALAR] is the width of the twins.
public enum Lanes {
  SCALAR(1),
  L4(4),
  L8(8),
  L16(16);

  private final int count;

  Lanes(int count) {
    this.count = count;
  }

  public int count() {
    return count;
  }

  /// Bits of one vector.
  public int bits() {
    return count * Float.SIZE;
  }

  /// Vector registers of this processor for vectors of this width.
  public int registers() {
    return registers(System.getProperty("os.arch", ""));
  }

  /// On x86 the upper sixteen came with vectors of 512 bits. Others have 32 at any width: NEON and
  /// SVE, and RISC-V.
  int registers(String architecture) {
    boolean isX86 = architecture.equals("amd64") || architecture.equals("x86_64");
    return isX86 && this != L16 ? 16 : 32;
  }

  /// The widest that this machine and JVM have in hardware; [#SCALAR] without the Vector API.
  public static Lanes widest() {
    return VectorModule.isThere() ? Preferred.LANES : SCALAR;
  }

  /// Loads the Vector API when it is asked for.
  private static final class Preferred {
    static final Lanes LANES =
        switch (FloatVector.SPECIES_PREFERRED.length()) {
          case 16 -> L16;
          case 8 -> L8;
          default -> L4;
        };
  }

  /// All vector widths that this machine has, the narrowest first.
  public static List<Lanes> vectors() {
    return Stream.of(values())
        .filter(lanes -> lanes != SCALAR && lanes.compareTo(widest()) <= 0)
        .toList();
  }
}
