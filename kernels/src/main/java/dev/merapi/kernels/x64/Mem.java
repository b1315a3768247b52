package dev.merapi.kernels.x64;

import org.jspecify.annotations.Nullable;

/// A place in memory: `[base + index * scale + displacement]`, or `[label + displacement]`.
///
/// @param base 64 bits, or null
/// @param index 64 bits and not `rsp`, or a vector register of 32-bit indices (gathers and
///   scatters), or null
/// @param scale 1, 2, 4 or 8
/// @param displacement bytes
/// @param label addressed relative to the instruction, without base and index
/// @param bits of the operand, or 0 where the instruction says it; where the operand is broadcast,
///   the bits of all its copies
/// @param isBroadcast whether one element is read and copied to every lane
public record Mem(
    @Nullable Gpr base,
    @Nullable Operand index,
    int scale,
    int displacement,
    @Nullable Label label,
    int bits,
    boolean isBroadcast)
    implements Operand {
  /// @throws IllegalArgumentException if that cannot be encoded
  public Mem {
    boolean indexed =
        index == null
            || index instanceof Vec
            || index instanceof Gpr g && g.bits() == 64 && g.number() != Gpr.RSP.number();
    boolean scaled = scale == 1 || scale == 2 || scale == 4 || scale == 8;
    boolean alone = label == null || base == null && index == null;
    if (!indexed || !scaled || !alone || base != null && base.bits() != 64) {
      throw new IllegalArgumentException(
          "memory: base=" + base + ", index=" + index + ", scale=" + scale + ", label=" + label);
    }
  }

  public static Mem mem(Gpr base) {
    return mem(base, 0);
  }

  public static Mem mem(Gpr base, int displacement) {
    return new Mem(base, null, 1, displacement, null, 0, false);
  }

  public static Mem mem(Gpr base, Gpr index, int scale, int displacement) {
    return new Mem(base, index, scale, displacement, null, 0, false);
  }

  /// Of a gather or scatter: one address for each 32-bit lane of the index.
  public static Mem mem(Gpr base, Vec index, int scale, int displacement) {
    return new Mem(base, index, scale, displacement, null, 0, false);
  }

  /// `[index * scale + displacement]`.
  public static Mem scaled(Gpr index, int scale, int displacement) {
    return new Mem(null, index, scale, displacement, null, 0, false);
  }

  /// The place some bytes behind this one.
  public Mem plus(int bytes) {
    int sum = Math.addExact(displacement, bytes);
    return new Mem(base, index, scale, sum, label, bits, isBroadcast);
  }

  /// With a size, where the instruction leaves it open (`movzx`, a store of a constant).
  public Mem sized(int size) {
    return new Mem(base, index, scale, displacement, label, size, isBroadcast);
  }

  /// One element, copied to every lane: `{1toN}`.
  public Mem broadcast() {
    return new Mem(base, index, scale, displacement, label, bits, true);
  }

  /// As a destination of which only the lanes in the mask are written.
  public Masked only(KReg mask) {
    return new Masked(this, mask, false);
  }

  boolean hasVectorIndex() {
    return index instanceof Vec;
  }

  @Override
  public String toString() {
    var text = new StringBuilder("[");
    if (label != null) {
      text.append("rip+").append(label);
    } else if (base != null) {
      text.append(base);
    }
    if (index != null) {
      text.append(base != null ? "+" : "").append(index).append('*').append(scale);
    }
    if (displacement != 0 || text.length() == 1) {
      text.append(displacement < 0 || text.length() == 1 ? "" : "+").append(displacement);
    }
    return text.append(']').toString();
  }
}
