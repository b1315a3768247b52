package dev.merapi.kernels.x64;

import java.util.EnumSet;
import java.util.Locale;
import java.util.Set;

/// An extension of the instruction set, and where CPUID tells of it.
public enum Feature {
  /// What every 64-bit processor has.
  BASE(0, 0, Output.EAX, -1, 0),
  POPCNT(1, 0, Output.ECX, 23, 0),
  LZCNT(0x8000_0001, 0, Output.ECX, 5, 0),
  BMI1(7, 0, Output.EBX, 3, 0),
  BMI2(7, 0, Output.EBX, 8, 0),
  AVX(1, 0, Output.ECX, 28, State.YMM),
  AVX2(7, 0, Output.EBX, 5, State.YMM),
  FMA(1, 0, Output.ECX, 12, State.YMM),
  F16C(1, 0, Output.ECX, 29, State.YMM),
  AVX512F(7, 0, Output.EBX, 16, State.ZMM),
  AVX512DQ(7, 0, Output.EBX, 17, State.ZMM),
  AVX512CD(7, 0, Output.EBX, 28, State.ZMM),
  AVX512BW(7, 0, Output.EBX, 30, State.ZMM),
  /// AVX-512 instructions on vectors of 128 and 256 bits.
  AVX512VL(7, 0, Output.EBX, 31, State.ZMM),
  /// Dot products of bytes.
  VNNI(7, 0, Output.ECX, 11, State.ZMM),
  /// Dot products of bf16, and conversions to it.
  BF16(7, 1, Output.EAX, 5, State.ZMM);

  /// The register in which CPUID answers.
  public enum Output {
    EAX,
    EBX,
    ECX,
    EDX
  }

  /// Bits of XCR0: the registers that the operating system saves.
  private static final class State {
    static final int YMM = 0b110;
    static final int ZMM = 0b1110_0110;
  }

  private final int leaf;
  private final int subleaf;
  private final Output output;
  private final int bit;
  private final int state;

  Feature(int leaf, int subleaf, Output output, int bit, int state) {
    this.leaf = leaf;
    this.subleaf = subleaf;
    this.output = output;
    this.bit = bit;
    this.state = state;
  }

  /// The argument of CPUID in `eax`.
  public int leaf() {
    return leaf;
  }

  /// The argument of CPUID in `ecx`.
  public int subleaf() {
    return subleaf;
  }

  public Output output() {
    return output;
  }

  /// The number of its bit in [#output()], or -1 if it is always there.
  public int bit() {
    return bit;
  }

  /// The bits of XCR0 that the operating system must have set before its registers may be used.
  public int state() {
    return state;
  }

  /// A set of features as the bits of an `int`, by ordinal.
  static int mask(Set<Feature> features) {
    int mask = BASE.mask();
    for (Feature feature : features) {
      mask |= feature.mask();
    }
    return mask;
  }

  int mask() {
    return 1 << ordinal();
  }

  static Set<Feature> ofMask(int mask) {
    Set<Feature> features = EnumSet.noneOf(Feature.class);
    for (Feature feature : values()) {
      if ((mask & feature.mask()) != 0) {
        features.add(feature);
      }
    }
    return features;
  }

  /// As it is written in the table: `avx512bw` is `bw`.
  static Feature named(String name) {
    String upper = name.toUpperCase(Locale.ROOT);
    for (Feature feature : values()) {
      if (feature.name().equals(upper)
          || feature.name().startsWith("AVX512")
              && feature.name().endsWith(upper)
              && feature.name().length() == "AVX512".length() + upper.length()) {
        return feature;
      }
    }
    throw new IllegalArgumentException("feature: name=" + name);
  }
}
