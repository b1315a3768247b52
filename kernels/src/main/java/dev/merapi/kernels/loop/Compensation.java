package dev.merapi.kernels.loop;

import dev.merapi.graph.ScalarFn;

/// How the sums of chains are added, so that long sums lose no digits: a running sum of two floats,
/// `high - excess`, where `excess` is what the last addition to `high` rounded up (Knuth's TwoSum);
/// the next one takes it away again.
///
/// A sum of one chain has the same bits with and without it. As in [Folds#combine], calls are on
/// values that do not come out of a loop's previous turn, but for one: hence the signs.
final class Compensation {
  private Compensation() {}

  /// What is added, from the chain's sum and `excess`.
  static ScalarFn added() {
    return ScalarFn.arg(0).minus(ScalarFn.arg(1));
  }

  /// The next `high`, from what is added and `high`.
  static ScalarFn high() {
    return ScalarFn.arg(0).plus(ScalarFn.arg(1));
  }

  /// The next `excess`, from what is added, `high` and the next `high`; 0 where that is infinite.
  static ScalarFn excess() {
    ScalarFn added = ScalarFn.arg(0);
    ScalarFn high = ScalarFn.arg(1);
    ScalarFn next = ScalarFn.arg(2);
    ScalarFn seen = next.minus(high);
    ScalarFn excess = seen.minus(added).plus(next.minus(seen).minus(high));
    return excess.equalTo(excess).select(excess, ScalarFn.f32(0));
  }

  /// The whole sum, from `high` and `excess`.
  static ScalarFn result() {
    return ScalarFn.arg(0).minus(ScalarFn.arg(1));
  }
}
