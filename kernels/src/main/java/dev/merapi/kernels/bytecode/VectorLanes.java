package dev.merapi.kernels.bytecode;

import dev.merapi.kernels.ir.Comparison;
import dev.merapi.kernels.ir.Lane;
import dev.merapi.kernels.ir.LaneOp;
import dev.merapi.kernels.ir.MaskOp;
import dev.merapi.kernels.ir.MaskTest;
import dev.merapi.kernels.ir.MaskType;
import dev.merapi.kernels.ir.Pure.Compare;
import dev.merapi.kernels.ir.Pure.Convert;
import dev.merapi.kernels.ir.Pure.Lanewise;
import dev.merapi.kernels.ir.Pure.MaskBelow;
import dev.merapi.kernels.ir.Pure.MaskLogic;
import dev.merapi.kernels.ir.Pure.Reinterpret;
import dev.merapi.kernels.ir.Pure.Select;
import dev.merapi.kernels.ir.Pure.Shift;
import dev.merapi.kernels.ir.Pure.TestMask;
import dev.merapi.kernels.ir.Value;
import java.lang.classfile.CodeBuilder;
import java.lang.classfile.TypeKind;
import java.lang.constant.ConstantDescs;
import java.util.List;
import java.util.Locale;
import java.util.stream.IntStream;

/// Emits instructions that compute each lane from the same lane of others, on vectors and masks of
/// several lanes.
///
/// The JIT knows the class of a vector that a loop carries by induction only. Where there is a
/// choice the call is therefore one of the other operand.
record VectorLanes(CodeBuilder code, VectorValues values) {
  void emit(Lanewise lanewise) {
    Value result = lanewise.result();
    List<Value> operands = lanewise.operands();
    for (int chunk = 0; chunk < values.chunks(result).count(); chunk++) {
      lanewise(lanewise.op(), result.vector().lane(), operands, chunk);
      values.define(result, chunk);
    }
  }

  private void lanewise(LaneOp op, Lane lane, List<Value> operands, int chunk) {
    Value a = operands.getFirst();
    Value b = operands.size() > 1 ? operands.get(1) : a;
    switch (op) {
      case FMA -> {
        pushCommuting(a, b, chunk);
        values.push(operands.getLast(), chunk);
        Api.fma(code, lane);
      }
      case ADD, MUL -> {
        pushCommuting(a, b, chunk);
        Api.binary(code, lane, lower(op));
      }
      case SUB, DIV -> {
        values.push(a, chunk);
        values.push(b, chunk);
        Api.binary(code, lane, lower(op));
      }
      case SQRT -> {
        values.push(a, chunk);
        Api.operator(code, "SQRT", "Unary");
        lanewiseUnary(lane);
      }
      case ABS, NEG -> {
        values.push(a, chunk);
        Api.unary(code, lane, lower(op));
      }
      case NOT -> {
        values.push(a, chunk);
        Api.unary(code, lane, "not");
      }
      case MIN, MAX -> {
        if (lane.isFloat()) {
          extreme(op == LaneOp.MIN ? Comparison.LT : Comparison.GT, lane, a, b, chunk);
        } else {
          pushCommuting(a, b, chunk);
          Api.binary(code, lane, lower(op));
        }
      }
      case AND, OR, XOR, ANDNOT -> {
        boolean commutes = op != LaneOp.ANDNOT;
        boolean swap = commutes && isBetter(b, a);
        values.push(swap ? b : a, chunk);
        Api.operator(code, commutes ? op.name() : "AND_NOT", commutes ? "Associative" : "Binary");
        values.push(swap ? a : b, chunk);
        Api.lanewise(code, lane, Api.VECTOR);
      }
      case SHL, SHR, USHR -> {
        values.push(a, chunk);
        Api.operator(code, shift(op), "Binary");
        values.push(b, chunk);
        Api.lanewise(code, lane, Api.VECTOR);
      }
      case FLOOR, CEIL, ROUND, TRUNC -> new VectorRounding(code, values).emit(op, lane, a, chunk);
    }
  }

  private void lanewiseUnary(Lane lane) {
    Api.call(code, Api.vector(lane), "lanewise", Api.vector(lane), Api.OPERATORS.nested("Unary"));
  }

  private static String lower(LaneOp op) {
    return op.name().toLowerCase(Locale.ROOT);
  }

  private static String shift(LaneOp op) {
    return switch (op) {
      case SHL -> "LSHL";
      case SHR -> "ASHR";
      default -> "LSHR";
    };
  }

  private boolean isBetter(Value a, Value b) {
    return values.isKnown(a) && !values.isKnown(b);
  }

  private void pushCommuting(Value a, Value b, int chunk) {
    boolean swap = isBetter(b, a);
    values.push(swap ? b : a, chunk);
    values.push(swap ? a : b, chunk);
  }

  /// `a comparison b ? a : b`.
  private void extreme(Comparison comparison, Lane lane, Value a, Value b, int chunk) {
    boolean swap = isBetter(a, b);
    values.push(swap ? a : b, chunk);
    values.push(swap ? b : a, chunk);
    compare(comparison, lane, a, b, chunk);
    if (swap) {
      Api.call(code, Api.MASK, "not", Api.MASK);
    }
    Api.blend(code, lane);
  }

  private void compare(Comparison comparison, Lane lane, Value a, Value b, int chunk) {
    boolean swap = isBetter(b, a);
    values.push(swap ? b : a, chunk);
    Api.operator(code, (swap ? mirrored(comparison) : comparison).name(), "Comparison");
    values.push(swap ? a : b, chunk);
    Api.compare(code, lane);
  }

  private static Comparison mirrored(Comparison comparison) {
    return switch (comparison) {
      case LT -> Comparison.GT;
      case LE -> Comparison.GE;
      case EQ, NE -> comparison;
      case GE -> Comparison.LE;
      case GT -> Comparison.LT;
    };
  }

  void emit(Shift shift) {
    Lane lane = shift.result().vector().lane();
    for (int chunk = 0; chunk < values.chunks(shift.result()).count(); chunk++) {
      values.push(shift.operand(), chunk);
      Api.operator(code, shift(shift.op()), "Binary");
      code.loadConstant(shift.distance());
      if (lane == Lane.I64) {
        code.i2l();
      }
      Api.lanewise(code, lane, Descs.of(lane));
      values.define(shift.result(), chunk);
    }
  }

  void emit(Compare compare) {
    Lane lane = compare.a().vector().lane();
    values.defineMask(
        compare.result(),
        lane,
        chunk -> compare(compare.comparison(), lane, compare.a(), compare.b(), chunk));
  }

  void emit(Select select) {
    Lane lane = select.result().vector().lane();
    for (int chunk = 0; chunk < values.chunks(select.result()).count(); chunk++) {
      boolean swap = isBetter(select.yes(), select.no());
      values.push(swap ? select.yes() : select.no(), chunk);
      values.push(swap ? select.no() : select.yes(), chunk);
      values.pushMask(select.mask(), lane, chunk);
      if (swap) {
        Api.call(code, Api.MASK, "not", Api.MASK);
      }
      Api.blend(code, lane);
      values.define(select.result(), chunk);
    }
  }

  void emit(Reinterpret same) {
    Lane from = same.operand().vector().lane();
    String name =
        switch (from) {
          case F32 -> "reinterpretAsInts";
          case F64 -> "reinterpretAsLongs";
          case I32 -> "reinterpretAsFloats";
          case I64 -> "reinterpretAsDoubles";
        };
    for (int chunk = 0; chunk < values.chunks(same.result()).count(); chunk++) {
      values.push(same.operand(), chunk);
      Api.call(code, Api.vector(from), name, Api.vector(from.reinterpreted()));
      values.define(same.result(), chunk);
    }
  }

  void emit(Convert convert) {
    Chunks from = values.chunks(convert.operand());
    Chunks to = values.chunks(convert.result());
    String name = letter(from.lane()) + "2" + letter(to.lane());
    for (int chunk = 0; chunk < to.count(); chunk++) {
      int first = chunk * to.lanes();
      values.push(convert.operand(), first / from.lanes());
      Api.convert(code, from.lane(), to, name, first % from.lanes() / to.lanes());
      if (to.lanes() > from.lanes() && from.count() > 1) { // a second one makes the upper half
        values.push(convert.operand(), first / from.lanes() + 1);
        Api.convert(code, from.lane(), to, name, 0);
        Api.rearrange(
            code, to, IntStream.range(0, to.lanes()).map(i -> i % from.lanes()).toArray());
        Api.mask(code, to, upperHalf(to.lanes()));
        Api.blend(code, to.lane());
      }
      values.define(convert.result(), chunk);
    }
  }

  private static String letter(Lane lane) {
    return switch (lane) {
      case F32 -> "F";
      case F64 -> "D";
      case I32 -> "I";
      case I64 -> "L";
    };
  }

  /// The bits of the upper half of so many lanes.
  static long upperHalf(int lanes) {
    return -1L >>> (Long.SIZE - lanes / 2) << lanes / 2;
  }

  // Masks

  void emit(MaskLogic logic) {
    Chunks home = values.home(logic.result());
    Value a = logic.operands().getFirst();
    Value b = logic.operands().getLast();
    boolean swap = logic.op() != MaskOp.ANDNOT && isBetter(b, a);
    for (int chunk = 0; chunk < home.count(); chunk++) {
      values.pushMask(swap ? b : a, home.lane(), chunk);
      if (logic.op() == MaskOp.NOT) {
        Api.call(code, Api.MASK, "not", Api.MASK);
      } else {
        values.pushMask(swap ? a : b, home.lane(), chunk);
        String name = logic.op() == MaskOp.ANDNOT ? "andNot" : lower(logic.op());
        Api.call(code, Api.MASK, name, Api.MASK, Api.MASK);
      }
      code.astore(values.slots(logic.result())[chunk]);
    }
  }

  private static String lower(MaskOp op) {
    return op.name().toLowerCase(Locale.ROOT);
  }

  void emit(MaskBelow below) {
    Chunks home = values.home(below.result());
    int limit = code.allocateLocal(TypeKind.INT);
    values.one(below.limit());
    code.iconst_0().loadConstant(below.result().count());
    Api.callStatic(code, Descs.MATH, "clamp", Descs.INT, Descs.LONG, Descs.INT, Descs.INT);
    code.istore(limit);
    for (int chunk = 0; chunk < home.count(); chunk++) {
      Api.species(code, home);
      code.loadConstant(chunk * home.lanes()).iload(limit);
      code.invokeinterface(Api.SPECIES, "indexInRange", Descs.type(Api.MASK, Descs.INT, Descs.INT));
      code.astore(values.slots(below.result())[chunk]);
    }
  }

  void emit(TestMask test) {
    Value mask = test.mask();
    Chunks home = values.home(mask);
    if (home.isWiderThan(mask.count()) && test.test() != MaskTest.FIRST) {
      values.pushBits(mask);
      WordCode.test(code, test.test(), ((MaskType) mask.type()).all());
      values.defineOne(test.result());
      return;
    }
    values.pushMask(mask, home.lane(), 0);
    if (test.test() == MaskTest.FIRST) {
      code.iconst_0();
      Api.call(code, Api.MASK, "laneIsSet", ConstantDescs.CD_boolean, Descs.INT);
    } else {
      boolean any = test.test() == MaskTest.ANY;
      for (int chunk = 1; chunk < home.count(); chunk++) {
        values.pushMask(mask, home.lane(), chunk);
        Api.call(code, Api.MASK, any ? "or" : "and", Api.MASK, Api.MASK);
      }
      Api.call(code, Api.MASK, any ? "anyTrue" : "allTrue", ConstantDescs.CD_boolean);
    }
    values.defineOne(test.result());
  }
}
