package dev.merapi.kernels.ir.build;

import dev.merapi.graph.DType;
import dev.merapi.graph.ScalarFn;
import dev.merapi.graph.ScalarPrimitive;
import dev.merapi.kernels.ir.Comparison;
import dev.merapi.kernels.ir.Lane;
import dev.merapi.kernels.ir.LaneOp;
import java.util.List;
import java.util.OptionalLong;

/// Writes scalar mathematics as instructions on lanes: the one table of what a basic primitive is
/// in the IR. A value of `f32` or `i32` is a [Vec], one of `bool` a [Mask].
public final class ScalarLanes {
  private final RoutineBuilder builder;
  private final int count;

  /// @param count lanes of all values
  public ScalarLanes(RoutineBuilder builder, int count) {
    this.builder = builder;
    this.count = count;
  }

  /// The result of a function whose primitives are all basic.
  ///
  /// @param arguments by the function's indices
  /// @throws IllegalArgumentException for a primitive that must be expanded before
  public Handle apply(ScalarFn fn, List<? extends Handle> arguments) {
    return fn.<Handle>fold((part, operands) ->
        switch (part) {
          case ScalarFn.Arg arg -> arguments.get(arg.index());
          case ScalarFn.Const constant -> constant(constant);
          case ScalarFn.Apply apply -> apply(apply.primitive(), operands);
        });
  }

  /// The same for a function from floats to a float.
  public Vec floats(ScalarFn fn, Vec... arguments) {
    return (Vec) apply(fn, List.of(arguments));
  }

  private Handle constant(ScalarFn.Const constant) {
    int bits = constant.bits();
    return switch (constant.type()) {
      case F32 -> builder.f32Bits(count, bits);
      case I32 -> builder.i32(count, bits);
      case BOOL -> builder.mask(count, bits == 0 ? 0 : -1L >>> (Long.SIZE - count));
    };
  }

  /// The result of one basic primitive.
  ///
  /// @throws IllegalArgumentException for a primitive that must be expanded before
  public Handle apply(ScalarPrimitive primitive, List<Handle> operands) {
    Handle first = operands.getFirst();
    if (primitive == ScalarPrimitive.SELECT) {
      return select((Mask) first, operands.get(1), operands.get(2));
    }
    return switch (first) {
      case Vec vector -> vector(primitive, vector, operands);
      case Mask mask -> mask(primitive, mask, operands);
      case Int _, Ptr _, Cond _ -> throw new IllegalArgumentException("not lanes: value=" + first);
    };
  }

  private static Handle select(Mask condition, Handle yes, Handle no) {
    return yes instanceof Mask
        ? condition.and((Mask) yes).or(((Mask) no).andNot(condition))
        : condition.select((Vec) yes, (Vec) no);
  }

  private Handle vector(ScalarPrimitive primitive, Vec a, List<Handle> operands) {
    Vec b = (Vec) operands.get(Math.min(1, operands.size() - 1));
    return switch (primitive) {
      case ADD -> a.plus(b);
      case SUB -> a.minus(b);
      case MUL -> a.times(b);
      case DIV -> a.over(b);
      case NEG -> a.negate();
      case ABS -> a.abs();
      case SQRT -> a.sqrt();
      case FMA -> a.fma(b, (Vec) operands.getLast());
      case LT -> a.lessThan(b);
      case LE -> a.atMost(b);
      case EQ -> a.equalTo(b);
      case AND -> a.and(b);
      case OR -> a.or(b);
      case XOR -> a.xor(b);
      case NOT -> a.not();
      case SHL -> shift(LaneOp.SHL, a, b);
      case SHR -> shift(LaneOp.SHR, a, b);
      case USHR -> shift(LaneOp.USHR, a, b);
      case TO_F32 -> a.to(Lane.F32);
      case TO_I32 -> a.to(Lane.I32);
      case TO_BOOL -> a.compare(Comparison.NE, a.constant(0));
      case BITS, FROM_BITS -> a.bits();
      case SELECT,
          MIN,
          MAX,
          FLOOR,
          CEIL,
          ROUND,
          EXP,
          EXPM1,
          LOG,
          LOG1P,
          SIN,
          COS,
          TANH,
          ATAN,
          ERF,
          POW ->
          throw notBasic(primitive, DType.F32);
    };
  }

  private Vec shift(LaneOp op, Vec a, Vec distance) {
    OptionalLong known = builder.constant(distance.value());
    return known.isPresent() ? a.shift(op, (int) known.getAsLong()) : a.apply(op, distance);
  }

  /// False is less than true.
  private Handle mask(ScalarPrimitive primitive, Mask a, List<Handle> operands) {
    Mask b = (Mask) operands.getLast();
    return switch (primitive) {
      case LT -> b.andNot(a);
      case LE -> a.andNot(b).not();
      case EQ -> a.xor(b).not();
      case AND -> a.and(b);
      case OR -> a.or(b);
      case XOR -> a.xor(b);
      case NOT -> a.not();
      case TO_BOOL -> a;
      case TO_I32 -> a.toInts();
      case TO_F32 -> a.select(builder.f32(count, 1), builder.f32(count, 0));
      default -> throw notBasic(primitive, DType.BOOL);
    };
  }

  private static IllegalArgumentException notBasic(ScalarPrimitive primitive, DType type) {
    return new IllegalArgumentException(
        "not a basic primitive: primitive=" + primitive + ", type=" + type);
  }
}
