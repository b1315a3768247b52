package dev.merapi.spi;

/// How large kernels of elementwise code may grow on some target. Where one would exceed this, a
/// value goes through memory.
///
/// It decides how maps are divided into [Region.Loops], and nothing else: what is folded in a
/// kernel, and what joins a product, is the same for all targets, so that their bits are.
///
/// @param computations scalar instructions of a kernel, about
/// @param accesses loads and stores of a kernel
/// @param pointers accesses whose addresses a kernel has at hand; two more must spare one elsewhere
public record LoopLimits(int computations, int accesses, int pointers) {
  /// What every target takes.
  ///
  /// Computations: above some 150, C2 keeps every vector in a register by chance only, and an
  /// out-of-order core no longer overlaps the turns of a loop. Accesses: with 14 or more, C1 does
  /// not compile a kernel with a profile ("out of virtual registers"), and what C2 makes without
  /// one is slow.
  public static final LoopLimits COMMON = new LoopLimits(150, 12, 12);
}
