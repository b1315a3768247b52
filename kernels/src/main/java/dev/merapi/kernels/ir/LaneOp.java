package dev.merapi.kernels.ir;

import java.util.EnumSet;
import java.util.Set;

/// Operations on lanes: each lane of the result depends on the same lane of the operands, which all
/// have the result's type.
///
/// Floats follow IEEE 754 with denormals, rounding to nearest, ties to even. The bits of a NaN are
/// nobody's promise. Integers wrap. Shifts use the low bits of the distance as Java does: five of
/// an `i32`, six of an `i64`.
public enum LaneOp {
  ADD(2, Lanes.ALL),
  SUB(2, Lanes.ALL),
  /// For integers the low half of the product.
  MUL(2, Lanes.ALL),
  DIV(2, Lanes.FLOATS),
  /// `a * b + c`, rounded once.
  FMA(3, Lanes.FLOATS),
  /// Correctly rounded.
  SQRT(1, Lanes.FLOATS),
  /// For floats a cleared sign bit; the least integer stays what it is.
  ABS(1, Lanes.ALL),
  /// For floats a flipped sign bit.
  NEG(1, Lanes.ALL),
  /// `a < b ? a : b`: the second operand if either is NaN or both are zeros.
  MIN(2, Lanes.ALL),
  /// `a > b ? a : b`: the second operand if either is NaN or both are zeros.
  MAX(2, Lanes.ALL),
  FLOOR(1, Lanes.FLOATS),
  CEIL(1, Lanes.FLOATS),
  /// To the nearest integer, ties to even.
  ROUND(1, Lanes.FLOATS),
  /// Towards zero. Like all four, it keeps the sign of a zero result.
  TRUNC(1, Lanes.FLOATS),
  AND(2, Lanes.INTEGERS),
  OR(2, Lanes.INTEGERS),
  XOR(2, Lanes.INTEGERS),
  /// `a & ~b`.
  ANDNOT(2, Lanes.INTEGERS),
  NOT(1, Lanes.INTEGERS),
  SHL(2, Lanes.INTEGERS),
  /// Shifts in copies of the sign.
  SHR(2, Lanes.INTEGERS),
  /// Shifts in zeros.
  USHR(2, Lanes.INTEGERS);

  /// Sets of lane types; a class, because an enum's own constants cannot be named before it.
  private static final class Lanes {
    static final Set<Lane> ALL = EnumSet.allOf(Lane.class);
    static final Set<Lane> FLOATS = EnumSet.of(Lane.F32, Lane.F64);
    static final Set<Lane> INTEGERS = EnumSet.of(Lane.I32, Lane.I64);
  }

  private final int arity;
  private final Set<Lane> lanes;

  LaneOp(int arity, Set<Lane> lanes) {
    this.arity = arity;
    this.lanes = lanes;
  }

  /// The number of operands.
  public int arity() {
    return arity;
  }

  public boolean takes(Lane lane) {
    return lanes.contains(lane);
  }

  public boolean isShift() {
    return this == SHL || this == SHR || this == USHR;
  }
}
