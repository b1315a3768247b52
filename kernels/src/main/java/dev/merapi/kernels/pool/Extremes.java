package dev.merapi.kernels.pool;

import dev.merapi.graph.Monoid;
import dev.merapi.kernels.ir.build.Mask;
import dev.merapi.kernels.ir.build.Vec;

/// Which of two elements is the extreme: the first one stays among equals, and the first NaN stays
/// for good.
public final class Extremes {
  private Extremes() {}

  /// Where an element takes the place of the extreme so far.
  static Mask replaces(Monoid monoid, Vec element, Vec extreme) {
    Mask stays = monoid == Monoid.MAX ? element.atMost(extreme) : extreme.atMost(element);
    return extreme.equalTo(extreme).andNot(stays);
  }

  /// The extreme of the extreme so far and an element. Where one is a NaN, the result is some NaN.
  public static Vec join(Monoid monoid, Vec extreme, Vec element) {
    // The second operand is the result among equals and where one is a NaN.
    Vec greater = monoid == Monoid.MAX ? element.max(extreme) : element.min(extreme);
    return element.equalTo(element).select(greater, element);
  }
}
