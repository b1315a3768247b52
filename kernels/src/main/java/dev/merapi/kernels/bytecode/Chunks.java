package dev.merapi.kernels.bytecode;

import dev.merapi.kernels.ir.Lane;
import java.lang.constant.ClassDesc;

/// How a vector or mask of an abstract count of lanes lies in vectors of the Vector API: `count` of
/// `lanes` each. Several are as wide as the target allows; a single one is as wide as it needs to
/// be, and of 128 bits at least, because C2 makes calls of comparisons of narrower ones. What is in
/// lanes that it has too many is undefined.
record Chunks(Lane lane, int lanes, int count) {
  private static final int LEAST_BITS = 128;

  /// @param all lanes, at least two
  /// @param bits the widest vector
  static Chunks of(Lane lane, int all, int bits) {
    int lanes = Math.max(Math.min(all, bits / lane.bits()), LEAST_BITS / lane.bits());
    return new Chunks(lane, lanes, Math.max(1, all / lanes));
  }

  int bits() {
    return lanes * lane.bits();
  }

  int bytes() {
    return lanes * lane.bytes();
  }

  /// Whether so many lanes do not fill it.
  boolean isWiderThan(int all) {
    return lanes > all;
  }

  /// The class of each.
  ClassDesc type() {
    return Api.vector(lane);
  }
}
