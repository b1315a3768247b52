package dev.merapi.kernels.bytecode;

import dev.merapi.kernels.ir.Lane;
import java.lang.constant.ClassDesc;

/// How a vector or mask of an abstract count of lanes lies in vectors of the Vector API: `count` of
/// `lanes` each. Several are as wide as the target allows; a single one is as wide as it needs to
/// be.
record Chunks(Lane lane, int lanes, int count) {
  /// @param all lanes, at least two
  /// @param bits the widest vector
  static Chunks of(Lane lane, int all, int bits) {
    int lanes = Math.min(all, bits / lane.bits());
    return new Chunks(lane, lanes, all / lanes);
  }

  int bits() {
    return lanes * lane.bits();
  }

  int bytes() {
    return lanes * lane.bytes();
  }

  /// The class of each.
  ClassDesc type() {
    return Api.vector(lane);
  }
}
