package dev.merapi.ops;

/// How far an `f32` result may be from the true value.
///
/// @param ulps the largest error, in units in the last place of the true value
/// @param floor true values smaller than this are allowed the error of this one: for formulas that
///   subtract nearly equal numbers, as PyTorch's do
public record Tolerance(double ulps, double floor) {
  /// The largest error allowed for a true value.
  public double around(double expected) {
    return ulps * Math.ulp((float) Math.max(Math.abs(expected), floor));
  }
}
