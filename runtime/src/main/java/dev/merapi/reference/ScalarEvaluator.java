package dev.merapi.reference;

import dev.merapi.graph.DType;
import dev.merapi.graph.ScalarFn;
import dev.merapi.graph.ScalarFn.Apply;
import dev.merapi.graph.ScalarFn.Arg;
import dev.merapi.graph.ScalarFn.Const;
import dev.merapi.graph.ScalarPrimitive;
import dev.merapi.reference.ScalarTape.Step;
import java.util.List;

/// Evaluates a [ScalarFn] in double.
///
/// `i32` and `bool` values are exact integers held in doubles and wrap to 32 bits; only `BITS` and
/// `FROM_BITS` go through the `f32` encoding. Instances are immutable.
public final class ScalarEvaluator {
  private final List<Step> steps;

  private ScalarEvaluator(ScalarTape tape) {
    steps = tape.steps();
  }

  /// The evaluator of a function.
  public static ScalarEvaluator of(ScalarFn fn) {
    return new ScalarEvaluator(ScalarTape.of(fn));
  }

  /// The function's value at these arguments.
  public double evaluate(double... arguments) {
    double[] slots = new double[steps.size()];
    for (int i = 0; i < slots.length; i++) {
      Step step = steps.get(i);
      slots[i] =
          switch (step.fn()) {
            case Arg arg -> arguments[arg.index()];
            case Const constant -> constant.value();
            case Apply apply -> apply(apply, step.operands(), slots);
          };
    }
    return slots[slots.length - 1];
  }

  private static double apply(Apply apply, List<Integer> operands, double[] slots) {
    double a = slots[operands.get(0)];
    double b = operands.size() > 1 ? slots[operands.get(1)] : 0;
    double c = operands.size() > 2 ? slots[operands.get(2)] : 0;
    return evaluate(apply.primitive(), apply.operands().getFirst().type(), a, b, c);
  }

  /// A primitive's value; operands that it does not have are ignored.
  ///
  /// @param type the type of the first operand
  static double evaluate(ScalarPrimitive primitive, DType type, double a, double b, double c) {
    boolean real = type.isFloat();
    return switch (primitive) {
      case ADD -> real ? a + b : (int) a + (int) b;
      case SUB -> real ? a - b : (int) a - (int) b;
      case MUL -> real ? a * b : (int) a * (int) b;
      case DIV -> a / b;
      case NEG -> real ? -a : -(int) a;
      case ABS -> real ? Math.abs(a) : Math.abs((int) a);
      case MIN -> Math.min(a, b);
      case MAX -> Math.max(a, b);
      case FMA -> Math.fma(a, b, c);
      case SQRT -> Math.sqrt(a);
      case FLOOR -> Math.floor(a);
      case CEIL -> Math.ceil(a);
      case ROUND -> Math.rint(a);
      case EXP -> StrictMath.exp(a);
      case EXPM1 -> StrictMath.expm1(a);
      case LOG -> StrictMath.log(a);
      case LOG1P -> StrictMath.log1p(a);
      case SIN -> StrictMath.sin(a);
      case COS -> StrictMath.cos(a);
      case TANH -> StrictMath.tanh(a);
      case ATAN -> StrictMath.atan(a);
      case ERF -> Erf.of(a);
      case POW -> pow(a, b);
      case LT -> truth(a < b);
      case LE -> truth(a <= b);
      case EQ -> truth(a == b);
      case SELECT -> a != 0 ? b : c;
      case AND -> (int) a & (int) b;
      case OR -> (int) a | (int) b;
      case XOR -> (int) a ^ (int) b;
      case NOT -> type == DType.BOOL ? 1 - a : ~(int) a;
      case SHL -> (int) a << (int) b;
      case SHR -> (int) a >> (int) b;
      case USHR -> (int) a >>> (int) b;
      case TO_F32 -> a;
      case TO_I32 -> (int) a;
      case TO_BOOL -> truth(a != 0);
      case BITS -> Float.floatToRawIntBits((float) a);
      case FROM_BITS -> Float.intBitsToFloat((int) a);
    };
  }

  private static double truth(boolean value) {
    return value ? 1 : 0;
  }

  /// C's `pow`, which has 1 where Java has NaN: a base of 1, or of -1 with an infinite exponent.
  private static double pow(double base, double exponent) {
    boolean one = base == 1 || (base == -1 && Double.isInfinite(exponent));
    return one ? 1 : StrictMath.pow(base, exponent);
  }
}
