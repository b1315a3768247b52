package dev.merapi.graph;

import dev.merapi.MerapiException;
import dev.merapi.MerapiException.Kind;
import java.util.List;

/// The scalar mathematics that a backend implements: closed, so that `switch` lists every place a
/// new one touches.
///
/// `MIN` and `MAX` propagate NaN. Integer arithmetic wraps. Comparisons with NaN are false. `SHL`,
/// `SHR` and `USHR` use the low five bits of the distance, as Java does. `TO_I32` truncates and
/// saturates, NaN becomes 0.
public enum ScalarPrimitive {
  ADD(Signature.NUMERIC, 2),
  SUB(Signature.NUMERIC, 2),
  MUL(Signature.NUMERIC, 2),
  DIV(Signature.FLOAT, 2),
  NEG(Signature.NUMERIC, 1),
  ABS(Signature.NUMERIC, 1),
  MIN(Signature.NUMERIC, 2),
  MAX(Signature.NUMERIC, 2),
  /// `a * b + c`, rounded once.
  FMA(Signature.FLOAT, 3),
  SQRT(Signature.FLOAT, 1),
  FLOOR(Signature.FLOAT, 1),
  CEIL(Signature.FLOAT, 1),
  /// To the nearest integer, ties to even.
  ROUND(Signature.FLOAT, 1),
  EXP(Signature.FLOAT, 1),
  EXPM1(Signature.FLOAT, 1),
  LOG(Signature.FLOAT, 1),
  LOG1P(Signature.FLOAT, 1),
  SIN(Signature.FLOAT, 1),
  COS(Signature.FLOAT, 1),
  TANH(Signature.FLOAT, 1),
  ATAN(Signature.FLOAT, 1),
  ERF(Signature.FLOAT, 1),
  POW(Signature.FLOAT, 2),
  LT(Signature.COMPARE, 2),
  LE(Signature.COMPARE, 2),
  EQ(Signature.COMPARE, 2),
  /// `condition ? a : b`.
  SELECT(Signature.SELECT, 3),
  AND(Signature.LOGIC, 2),
  OR(Signature.LOGIC, 2),
  XOR(Signature.LOGIC, 2),
  NOT(Signature.LOGIC, 1),
  SHL(Signature.SHIFT, 2),
  SHR(Signature.SHIFT, 2),
  USHR(Signature.SHIFT, 2),
  TO_F32(Signature.TO_F32, 1),
  TO_I32(Signature.TO_I32, 1),
  /// Whether the operand differs from zero (NaN does).
  TO_BOOL(Signature.TO_BOOL, 1),
  /// The bits of an `f32` as `i32`.
  BITS(Signature.BITS, 1),
  /// The `f32` of these bits.
  FROM_BITS(Signature.FROM_BITS, 1);

  /// What operand types a primitive takes and what it returns.
  private enum Signature {
    NUMERIC,
    FLOAT,
    COMPARE,
    SELECT,
    LOGIC,
    SHIFT,
    TO_F32,
    TO_I32,
    TO_BOOL,
    BITS,
    FROM_BITS
  }

  private final Signature signature;
  private final int arity;

  ScalarPrimitive(Signature signature, int arity) {
    this.signature = signature;
    this.arity = arity;
  }

  /// The number of operands.
  public int arity() {
    return arity;
  }

  /// The result type for these operand types.
  ///
  /// @throws MerapiException of kind `SHAPE` if the primitive does not take them
  public DType infer(List<DType> types) {
    if (types.size() != arity || !accepts(types)) {
      throw MerapiException.of(Kind.SHAPE, "operand types do not fit")
          .with("primitive", this)
          .with("types", types)
          .hint("convert with toF32, toI32 or toBool");
    }
    return switch (signature) {
      case NUMERIC, LOGIC, SHIFT -> types.getFirst();
      case FLOAT, TO_F32, FROM_BITS -> DType.F32;
      case COMPARE, TO_BOOL -> DType.BOOL;
      case SELECT -> types.get(1);
      case TO_I32, BITS -> DType.I32;
    };
  }

  private boolean accepts(List<DType> types) {
    DType first = types.getFirst();
    boolean same = types.stream().allMatch(type -> type == first);
    return switch (signature) {
      case NUMERIC -> same && first != DType.BOOL;
      case FLOAT -> same && first == DType.F32;
      case COMPARE -> same;
      case SELECT -> first == DType.BOOL && types.get(1) == types.get(2);
      case LOGIC -> same && first != DType.F32;
      case SHIFT, FROM_BITS -> same && first == DType.I32;
      case TO_F32, TO_I32, TO_BOOL -> true;
      case BITS -> first == DType.F32;
    };
  }
}
