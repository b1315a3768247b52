package dev.merapi.kernels.pool;

import dev.merapi.graph.Monoid;
import dev.merapi.graph.ScalarFn;
import dev.merapi.graph.ScalarPrimitive;
import dev.merapi.kernels.ir.build.Mask;
import dev.merapi.kernels.ir.build.Vec;
import java.util.List;

/// Which of two elements is the extreme: the first one stays among equals, and the first NaN stays
/// for good. Emitted code takes it from [#replaces(Monoid)], plain loops from [#replaces(Monoid,
/// float, float)].
public final class Extremes {
  private Extremes() {}

  /// Whether argument 1 takes the place of argument 0, the extreme so far.
  public static ScalarFn replaces(Monoid monoid) {
    ScalarFn extreme = ScalarFn.arg(0);
    ScalarFn element = ScalarFn.arg(1);
    List<ScalarFn> stays =
        monoid == Monoid.MAX ? List.of(element, extreme) : List.of(extreme, element);
    // The comparison fails for a NaN on either side; the second term tells on which.
    ScalarFn beyond =
        ScalarFn.apply(ScalarPrimitive.NOT, List.of(ScalarFn.apply(ScalarPrimitive.LE, stays)));
    return ScalarFn.apply(ScalarPrimitive.AND, List.of(beyond, extreme.equalTo(extreme)));
  }

  /// The same for vectors.
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

  static boolean replaces(Monoid monoid, float element, float extreme) {
    boolean stays = monoid == Monoid.MAX ? element <= extreme : extreme <= element;
    return !stays && !Float.isNaN(extreme);
  }
}
