package dev.merapi.kernels.x64;

/// A destination of which only the lanes in a mask are written.
///
/// @param destination a [Vec], a [KReg] or a [Mem]
/// @param mask not `k0`
/// @param zero whether the other lanes become zero; only registers can
public record Masked(Operand destination, KReg mask, boolean zero) implements Operand {
  /// @throws IllegalArgumentException if that cannot be encoded
  public Masked {
    boolean vector = destination instanceof Vec;
    if (!(vector || destination instanceof KReg || destination instanceof Mem)
        || mask.number() == 0
        || zero && !vector) {
      throw new IllegalArgumentException(
          "mask: destination=" + destination + ", mask=" + mask + ", zero=" + zero);
    }
  }

  @Override
  public String toString() {
    return destination + suffix();
  }

  String suffix() {
    return "{" + mask + "}" + (zero ? "{z}" : "");
  }
}
