package dev.merapi.kernels.loop;

import dev.merapi.graph.DType;
import dev.merapi.graph.Monoid;
import dev.merapi.graph.ScalarFn;

/// What folds compute, as functions of a partial result or the best so far, argument 0, and a new
/// value, argument 1.
final class Folds {
  private Folds() {}

  /// Joins a partial result and a value.
  static ScalarFn combine(Monoid monoid, DType type) {
    ScalarFn partial = ScalarFn.arg(0, type);
    ScalarFn value = ScalarFn.arg(1, type);
    return switch (monoid) {
      case SUM -> value.plus(partial);
      case MAX -> orNaN(partial, value.lessThan(partial).select(partial, value));
      case MIN -> orNaN(partial, partial.lessThan(value).select(partial, value));
    };
  }

  /// A comparison with NaN is false, so that a NaN in the value is chosen by itself.
  private static ScalarFn orNaN(ScalarFn partial, ScalarFn chosen) {
    return partial.type().isFloat()
        ? partial.equalTo(partial).not().select(partial, chosen)
        : chosen;
  }

  /// Whether the best so far stays the extreme beside a value, of which NaN is the most extreme.
  static ScalarFn stays(Monoid monoid, DType type) {
    ScalarFn best = ScalarFn.arg(0, type);
    ScalarFn value = ScalarFn.arg(1, type);
    ScalarFn stays =
        switch (monoid) {
          case MAX -> value.atMost(best);
          case MIN -> value.lessThan(best).or(value.equalTo(value).not()).not();
          case SUM -> throw new IllegalArgumentException("no extreme: " + monoid);
        };
    return type.isFloat() ? stays.or(best.equalTo(best).not()) : stays;
  }

  /// The neutral element's bits.
  static int identity(Monoid monoid, DType type) {
    return monoid.identity(type).bits(0);
  }
}
