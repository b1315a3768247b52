package dev.merapi.reference;

import dev.merapi.MerapiException;
import dev.merapi.MerapiException.Kind;
import dev.merapi.graph.DType;
import dev.merapi.graph.ScalarFn;
import dev.merapi.graph.ScalarFn.Apply;
import dev.merapi.graph.ScalarFn.Arg;
import dev.merapi.graph.ScalarFn.Const;
import dev.merapi.graph.ScalarPrimitive;
import dev.merapi.reference.ScalarTape.Step;
import java.util.List;

/// Evaluates a [ScalarFn] in the arithmetic of the compiled code: `f32` rounded after each step,
/// `i32` wrapping. Values are their 32 bits in memory.
///
/// For constant folding, which must not change a bit. A backend approximates transcendental
/// functions in its own way, so these are not evaluated here: see [#isExact].
public final class F32Evaluator {
  private final List<Step> steps;

  private F32Evaluator(ScalarTape tape) {
    steps = tape.steps();
  }

  /// The evaluator of a function that [#isExact].
  ///
  /// @throws MerapiException of kind `UNSUPPORTED_OP` if it is not
  public static F32Evaluator of(ScalarFn fn) {
    if (!isExact(fn)) {
      throw MerapiException.of(Kind.UNSUPPORTED_OP, "f32: not the same on every backend")
          .with("fn", fn);
    }
    return new F32Evaluator(ScalarTape.of(fn));
  }

  /// Whether every backend gives the same bits: no transcendental primitive is used.
  public static boolean isExact(ScalarFn fn) {
    return ScalarTape.of(fn).steps().stream()
        .allMatch(step -> !(step.fn() instanceof Apply apply) || isExact(apply.primitive()));
  }

  private static boolean isExact(ScalarPrimitive primitive) {
    return switch (primitive) {
      case EXP, EXPM1, LOG, LOG1P, SIN, COS, TANH, ATAN, ERF, POW -> false;
      case ADD, SUB, MUL, DIV, NEG, ABS, MIN, MAX, FMA, SQRT, FLOOR, CEIL, ROUND -> true;
      case LT, LE, EQ, SELECT, AND, OR, XOR, NOT, SHL, SHR, USHR -> true;
      case TO_F32, TO_I32, TO_BOOL, BITS, FROM_BITS -> true;
    };
  }

  /// The bits of the function's value at arguments given by their bits.
  public int evaluate(int... arguments) {
    int[] slots = new int[steps.size()];
    for (int i = 0; i < slots.length; i++) {
      Step step = steps.get(i);
      slots[i] =
          switch (step.fn()) {
            case Arg arg -> arguments[arg.index()];
            case Const constant -> constant.bits();
            case Apply apply -> apply(apply, step.operands(), slots);
          };
    }
    return slots[slots.length - 1];
  }

  private static int apply(Apply apply, List<Integer> operands, int[] slots) {
    DType type = apply.operands().getFirst().type();
    int a = slots[operands.get(0)];
    int b = operands.size() > 1 ? slots[operands.get(1)] : 0;
    int c = operands.size() > 2 ? slots[operands.get(2)] : 0;
    return type.isFloat()
        ? ofFloats(
            apply.primitive(),
            Float.intBitsToFloat(a),
            Float.intBitsToFloat(b),
            Float.intBitsToFloat(c))
        : ofIntegers(apply.primitive(), type, a, b, c);
  }

  private static int ofFloats(ScalarPrimitive primitive, float a, float b, float c) {
    return switch (primitive) {
      case ADD -> bits(a + b);
      case SUB -> bits(a - b);
      case MUL -> bits(a * b);
      case DIV -> bits(a / b);
      case NEG -> bits(-a);
      case ABS -> bits(Math.abs(a));
      case MIN -> bits(Math.min(a, b));
      case MAX -> bits(Math.max(a, b));
      case FMA -> bits(Math.fma(a, b, c));
      case SQRT -> bits((float) Math.sqrt(a)); // a double's root rounds to the float's root
      case FLOOR -> bits((float) Math.floor(a));
      case CEIL -> bits((float) Math.ceil(a));
      case ROUND -> bits((float) Math.rint(a));
      case LT -> truth(a < b);
      case LE -> truth(a <= b);
      case EQ -> truth(a == b);
      case TO_F32, BITS -> bits(a);
      case TO_I32 -> (int) a;
      case TO_BOOL -> truth(a != 0);
      case EXP, EXPM1, LOG, LOG1P, SIN, COS, TANH, ATAN, ERF, POW -> throw unexpected(primitive);
      case SELECT, AND, OR, XOR, NOT, SHL, SHR, USHR, FROM_BITS -> throw unexpected(primitive);
    };
  }

  private static int ofIntegers(ScalarPrimitive primitive, DType type, int a, int b, int c) {
    return switch (primitive) {
      case ADD -> a + b;
      case SUB -> a - b;
      case MUL -> a * b;
      case NEG -> -a;
      case ABS -> Math.abs(a);
      case MIN -> Math.min(a, b);
      case MAX -> Math.max(a, b);
      case LT -> truth(a < b);
      case LE -> truth(a <= b);
      case EQ -> truth(a == b);
      case SELECT -> a != 0 ? b : c;
      case AND -> a & b;
      case OR -> a | b;
      case XOR -> a ^ b;
      case NOT -> type == DType.BOOL ? 1 - a : ~a;
      case SHL -> a << b;
      case SHR -> a >> b;
      case USHR -> a >>> b;
      case TO_F32 -> bits((float) a);
      case TO_I32, FROM_BITS -> a;
      case TO_BOOL -> truth(a != 0);
      case DIV, FMA, SQRT, FLOOR, CEIL, ROUND, BITS -> throw unexpected(primitive);
      case EXP, EXPM1, LOG, LOG1P, SIN, COS, TANH, ATAN, ERF, POW -> throw unexpected(primitive);
    };
  }

  private static int bits(float value) {
    return Float.floatToRawIntBits(value);
  }

  private static int truth(boolean value) {
    return value ? 1 : 0;
  }

  private static IllegalStateException unexpected(ScalarPrimitive primitive) {
    return new IllegalStateException("type inference let pass " + primitive);
  }
}
