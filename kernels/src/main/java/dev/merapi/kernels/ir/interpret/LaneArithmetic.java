package dev.merapi.kernels.ir.interpret;

import dev.merapi.kernels.ir.Comparison;
import dev.merapi.kernels.ir.Lane;
import dev.merapi.kernels.ir.LaneOp;

/// One lane of each operation, for each lane type, on bits as in [Frame].
final class LaneArithmetic {
  private LaneArithmetic() {}

  static long apply(LaneOp op, Lane lane, long a, long b, long c) {
    return switch (lane) {
      case F32 -> bits(apply(op, f32(a), f32(b), f32(c)));
      case F64 -> bits(apply(op, f64(a), f64(b), f64(c)));
      case I32 -> apply(op, (int) a, (int) b);
      case I64 -> apply(op, a, b);
    };
  }

  static boolean compare(Comparison comparison, Lane lane, long a, long b) {
    return switch (lane) {
      case F32 -> comparison.test((double) f32(a), (double) f32(b));
      case F64 -> comparison.test(f64(a), f64(b));
      case I32, I64 -> comparison.test(a, b);
    };
  }

  static long convert(Lane from, Lane to, long a) {
    return switch (from) {
      case F32 -> to == Lane.F64 ? bits((double) f32(a)) : (int) f32(a);
      case F64 -> to == Lane.F32 ? bits((float) f64(a)) : (int) f64(a);
      case I32 ->
          switch (to) {
            case F32 -> bits((float) (int) a);
            case F64 -> bits((double) (int) a);
            case I32, I64 -> a;
          };
      case I64 -> (int) a;
    };
  }

  private static float f32(long bits) {
    return Float.intBitsToFloat((int) bits);
  }

  private static double f64(long bits) {
    return Double.longBitsToDouble(bits);
  }

  private static long bits(float number) {
    return Float.floatToRawIntBits(number);
  }

  private static long bits(double number) {
    return Double.doubleToRawLongBits(number);
  }

  private static float apply(LaneOp op, float a, float b, float c) {
    return switch (op) {
      case ADD -> a + b;
      case SUB -> a - b;
      case MUL -> a * b;
      case DIV -> a / b;
      case FMA -> Math.fma(a, b, c);
      case SQRT -> (float) Math.sqrt(a); // a double's root rounds to the float's
      case ABS -> Math.abs(a);
      case NEG -> -a;
      case MIN -> a < b ? a : b;
      case MAX -> a > b ? a : b;
      case FLOOR, CEIL, ROUND, TRUNC -> (float) round(op, a);
      case AND, OR, XOR, ANDNOT, NOT, SHL, SHR, USHR -> throw undefined(op);
    };
  }

  private static double apply(LaneOp op, double a, double b, double c) {
    return switch (op) {
      case ADD -> a + b;
      case SUB -> a - b;
      case MUL -> a * b;
      case DIV -> a / b;
      case FMA -> Math.fma(a, b, c);
      case SQRT -> Math.sqrt(a);
      case ABS -> Math.abs(a);
      case NEG -> -a;
      case MIN -> a < b ? a : b;
      case MAX -> a > b ? a : b;
      case FLOOR, CEIL, ROUND, TRUNC -> round(op, a);
      case AND, OR, XOR, ANDNOT, NOT, SHL, SHR, USHR -> throw undefined(op);
    };
  }

  private static double round(LaneOp op, double a) {
    return switch (op) {
      case FLOOR -> Math.floor(a);
      case CEIL -> Math.ceil(a);
      case ROUND -> Math.rint(a);
      default -> a < 0 ? Math.ceil(a) : Math.floor(a);
    };
  }

  private static int apply(LaneOp op, int a, int b) {
    return switch (op) {
      case SHL -> a << b;
      case SHR -> a >> b;
      case USHR -> a >>> b;
      default -> (int) apply(op, (long) a, (long) b); // the low half of the long result
    };
  }

  private static long apply(LaneOp op, long a, long b) {
    return switch (op) {
      case ADD -> a + b;
      case SUB -> a - b;
      case MUL -> a * b;
      case ABS -> Math.abs(a);
      case NEG -> -a;
      case MIN -> Math.min(a, b);
      case MAX -> Math.max(a, b);
      case AND -> a & b;
      case OR -> a | b;
      case XOR -> a ^ b;
      case ANDNOT -> a & ~b;
      case NOT -> ~a;
      case SHL -> a << b;
      case SHR -> a >> b;
      case USHR -> a >>> b;
      case DIV, FMA, SQRT, FLOOR, CEIL, ROUND, TRUNC -> throw undefined(op);
    };
  }

  private static IllegalStateException undefined(LaneOp op) {
    return new IllegalStateException("not defined for these lanes: op=" + op);
  }
}
