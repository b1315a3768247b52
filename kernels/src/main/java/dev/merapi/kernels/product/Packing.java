package dev.merapi.kernels.product;

import dev.merapi.kernels.ir.Routine;

/// The structure of a routine that packs lines into panels, `(source, panels, steps, lines,
/// lineStride, stepStride)`: element `i` of step `k` goes to `panel + (k * width + i) * 4`, and the
/// panel of the next `width` lines follows behind the last step. For A the lines are its rows, for
/// B its columns; the steps are k.
///
/// What lies in the last panel behind the last line is left undefined; it reaches only sums that
/// nobody stores.
///
/// @param order how the elements lie in the source
/// @param width lines of a panel
/// @param lanes of the vectors that move them
/// @param form of the code
public record Packing(Order order, int width, int lanes, CodeForm form) {
  /// How elements lie in memory.
  public enum Order {
    /// Lines are neighbours: vectors are copied.
    LINES,
    /// Steps are neighbours: squares are transposed in registers.
    STEPS,
    /// Anything: one element after the other.
    ANY;

    /// @param lineStride in elements
    /// @param stepStride in elements
    static Order of(long lineStride, long stepStride) {
      return lineStride == 1 ? LINES : stepStride == 1 ? STEPS : ANY;
    }
  }

  public Routine routine() {
    return switch (order) {
      case LINES -> new PackLines(this).routine();
      case STEPS ->
          switch (form) {
            case LONG -> new PackSteps(this).routine();
            case SHORT ->
                PackSquares.suits(this)
                    ? new PackSquares(this).routine()
                    : new PackElements(this).routine();
          };
      case ANY -> new PackElements(this).routine();
    };
  }

  String name() {
    return "pack_" + order + "_" + width + "x" + lanes;
  }
}
