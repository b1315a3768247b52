package dev.merapi.kernels.conv;

import dev.merapi.kernels.ir.build.Int;

/// Takes the arguments of a routine apart that hold several numbers.
final class PackedArguments {
  private PackedArguments() {}

  /// The first `int` of a [PlaneCopy#pair].
  static Int low(Int pair) {
    return pair.shl(Integer.SIZE).shr(Integer.SIZE);
  }

  /// The second one.
  static Int high(Int pair) {
    return pair.shr(Integer.SIZE);
  }

  /// The columns of a [LineFinish#extent].
  static Int columns(Int extent) {
    return low(extent).named("columns");
  }

  /// Its lines.
  static Int lines(Int extent) {
    return extent.field(Integer.SIZE, LineFinish.LINE_BITS).named("lines");
  }

  /// Its channels.
  static Int channels(Int extent) {
    int from = Integer.SIZE + LineFinish.LINE_BITS;
    return extent.field(from, LineFinish.CHANNEL_BITS).named("channels");
  }
}
