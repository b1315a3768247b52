package dev.merapi.kernels.bytecode;

import static dev.merapi.kernels.bytecode.Descs.BOXED_DOUBLE;
import static dev.merapi.kernels.bytecode.Descs.BOXED_FLOAT;
import static dev.merapi.kernels.bytecode.Descs.DOUBLE;
import static dev.merapi.kernels.bytecode.Descs.FLOAT;
import static dev.merapi.kernels.bytecode.Descs.INT;
import static dev.merapi.kernels.bytecode.Descs.LANE_MATH;
import static dev.merapi.kernels.bytecode.Descs.LONG;
import static dev.merapi.kernels.bytecode.Descs.MATH;
import static dev.merapi.kernels.bytecode.Descs.function;
import static dev.merapi.kernels.bytecode.Descs.type;

import dev.merapi.kernels.ir.Comparison;
import dev.merapi.kernels.ir.Lane;
import dev.merapi.kernels.ir.LaneOp;
import java.lang.classfile.CodeBuilder;
import java.lang.classfile.Label;
import java.lang.classfile.Opcode;
import java.lang.classfile.instruction.OperatorInstruction;
import java.lang.constant.ClassDesc;
import java.util.Locale;

/// Operations on one lane, whose operands are on the stack: a float, double, int or long each.
final class LaneCode {
  private LaneCode() {}

  /// `.. operands` becomes `.. result`.
  static void apply(CodeBuilder code, LaneOp op, Lane lane) {
    String name = op.name().toLowerCase(Locale.ROOT);
    ClassDesc type = Descs.of(lane);
    switch (op) {
      case ADD -> operator(code, lane, Opcode.FADD, Opcode.DADD, Opcode.IADD, Opcode.LADD);
      case SUB -> operator(code, lane, Opcode.FSUB, Opcode.DSUB, Opcode.ISUB, Opcode.LSUB);
      case MUL -> operator(code, lane, Opcode.FMUL, Opcode.DMUL, Opcode.IMUL, Opcode.LMUL);
      case NEG -> operator(code, lane, Opcode.FNEG, Opcode.DNEG, Opcode.INEG, Opcode.LNEG);
      case DIV -> operator(code, lane, Opcode.FDIV, Opcode.DDIV, Opcode.IDIV, Opcode.LDIV);
      case FMA -> code.invokestatic(lane == Lane.F32 ? Descs.FMA : MATH, "fma", function(type, 3));
      case ABS -> code.invokestatic(MATH, name, function(type, 1));
      case MIN, MAX ->
          code.invokestatic(lane.isFloat() ? LANE_MATH : MATH, name, function(type, 2));
      case SQRT, FLOOR, CEIL, ROUND, TRUNC, NOT ->
          code.invokestatic(LANE_MATH, name, function(type, 1));
      case ANDNOT -> code.invokestatic(LANE_MATH, "andNot", function(type, 2));
      case AND -> integer(code, lane, Opcode.IAND, Opcode.LAND);
      case OR -> integer(code, lane, Opcode.IOR, Opcode.LOR);
      case XOR -> integer(code, lane, Opcode.IXOR, Opcode.LXOR);
      case SHL, SHR, USHR -> {
        if (lane == Lane.I64) {
          code.l2i();
        }
        shift(code, op, lane);
      }
    }
  }

  /// `.. a, int distance` becomes `.. result`.
  static void shift(CodeBuilder code, LaneOp op, Lane lane) {
    switch (op) {
      case SHL -> integer(code, lane, Opcode.ISHL, Opcode.LSHL);
      case SHR -> integer(code, lane, Opcode.ISHR, Opcode.LSHR);
      default -> integer(code, lane, Opcode.IUSHR, Opcode.LUSHR);
    }
  }

  private static void operator(
      CodeBuilder code, Lane lane, Opcode f32, Opcode f64, Opcode i32, Opcode i64) {
    code.with(
        OperatorInstruction.of(
            switch (lane) {
              case F32 -> f32;
              case F64 -> f64;
              case I32 -> i32;
              case I64 -> i64;
            }));
  }

  private static void integer(CodeBuilder code, Lane lane, Opcode i32, Opcode i64) {
    code.with(OperatorInstruction.of(lane == Lane.I64 ? i64 : i32));
  }

  /// `.. a, b` becomes `.. 0 or 1`.
  static void compare(CodeBuilder code, Comparison comparison, Lane lane) {
    // The comparison that gives false for NaN: 1 stands for "greater", -1 for "less".
    boolean less = comparison == Comparison.LT || comparison == Comparison.LE;
    switch (lane) {
      case F32 -> {
        if (less) {
          code.fcmpg();
        } else {
          code.fcmpl();
        }
      }
      case F64 -> {
        if (less) {
          code.dcmpg();
        } else {
          code.dcmpl();
        }
      }
      case I64 -> code.lcmp();
      case I32 -> {
        Branches.flag(code, no -> unlessInts(code, comparison, no));
        return;
      }
    }
    Branches.flag(code, no -> unlessSign(code, comparison, no));
  }

  private static void unlessInts(CodeBuilder code, Comparison comparison, Label no) {
    switch (comparison) {
      case LT -> code.if_icmpge(no);
      case LE -> code.if_icmpgt(no);
      case EQ -> code.if_icmpne(no);
      case NE -> code.if_icmpeq(no);
      case GE -> code.if_icmplt(no);
      case GT -> code.if_icmple(no);
    }
  }

  /// `.. sign` of a comparison: jumps unless it says what is asked.
  static void unlessSign(CodeBuilder code, Comparison comparison, Label no) {
    switch (comparison) {
      case LT -> code.ifge(no);
      case LE -> code.ifgt(no);
      case EQ -> code.ifne(no);
      case NE -> code.ifeq(no);
      case GE -> code.iflt(no);
      case GT -> code.ifle(no);
    }
  }

  /// `.. a` becomes `.. its value in another lane type`.
  static void convert(CodeBuilder code, Lane from, Lane to) {
    code.conversion(Descs.kind(from), Descs.kind(to));
  }

  /// `.. a` becomes `.. its bits in the other lane type of the size`.
  static void reinterpret(CodeBuilder code, Lane from) {
    switch (from) {
      case F32 -> code.invokestatic(BOXED_FLOAT, "floatToRawIntBits", type(INT, FLOAT));
      case F64 -> code.invokestatic(BOXED_DOUBLE, "doubleToRawLongBits", type(LONG, DOUBLE));
      case I32 -> code.invokestatic(BOXED_FLOAT, "intBitsToFloat", type(FLOAT, INT));
      case I64 -> code.invokestatic(BOXED_DOUBLE, "longBitsToDouble", type(DOUBLE, LONG));
    }
  }

  /// Pushes a lane of given bits.
  static void constant(CodeBuilder code, Lane lane, long bits) {
    switch (lane) {
      case F32 -> code.loadConstant(Float.intBitsToFloat((int) bits));
      case F64 -> code.loadConstant(Double.longBitsToDouble(bits));
      case I32 -> code.loadConstant((int) bits);
      case I64 -> code.loadConstant(bits);
    }
  }
}
