package dev.merapi.kernels.bytecode;

import static dev.merapi.kernels.bytecode.Descs.INT;
import static dev.merapi.kernels.bytecode.Descs.LANE_MATH;
import static dev.merapi.kernels.bytecode.Descs.LONG;
import static dev.merapi.kernels.bytecode.Descs.MATH;
import static dev.merapi.kernels.bytecode.Descs.function;
import static dev.merapi.kernels.bytecode.Descs.type;

import dev.merapi.kernels.ir.Comparison;
import dev.merapi.kernels.ir.IntOp;
import dev.merapi.kernels.ir.MaskOp;
import dev.merapi.kernels.ir.MaskTest;
import java.lang.classfile.CodeBuilder;
import java.util.Locale;

/// Operations on words, and on masks as the bits of a `long`, whose operands are on the stack.
final class WordCode {
  private WordCode() {}

  /// `.. long a, long b` becomes `.. long`.
  static void apply(CodeBuilder code, IntOp op) {
    switch (op) {
      case ADD -> code.ladd();
      case SUB -> code.lsub();
      case MUL -> code.lmul();
      case AND -> code.land();
      case OR -> code.lor();
      case XOR -> code.lxor();
      case SHL -> code.l2i().lshl();
      case SHR -> code.l2i().lshr();
      case USHR -> code.l2i().lushr();
      case MIN, MAX ->
          code.invokestatic(MATH, op.name().toLowerCase(Locale.ROOT), function(LONG, 2));
    }
  }

  /// `.. long a, long b` becomes `.. 0 or 1`.
  static void compare(CodeBuilder code, Comparison comparison) {
    code.lcmp();
    Branches.flag(code, no -> LaneCode.unlessSign(code, comparison, no));
  }

  /// `.. masks` becomes `.. mask`.
  ///
  /// @param all the bits of all lanes
  static void apply(CodeBuilder code, MaskOp op, long all) {
    switch (op) {
      case AND -> code.land();
      case OR -> code.lor();
      case XOR -> code.lxor();
      case ANDNOT -> code.invokestatic(LANE_MATH, "andNot", function(LONG, 2));
      case NOT -> code.loadConstant(all).lxor();
    }
  }

  /// `.. long limit` becomes `.. mask`.
  static void below(CodeBuilder code, int count) {
    code.loadConstant(count);
    code.invokestatic(LANE_MATH, "below", type(LONG, LONG, INT));
  }

  /// `.. mask` becomes `.. 0 or 1`.
  static void test(CodeBuilder code, MaskTest test, long all) {
    switch (test) {
      case ANY -> Branches.flag(code, no -> code.lconst_0().lcmp().ifeq(no));
      case ALL -> Branches.flag(code, no -> code.loadConstant(all).lcmp().ifne(no));
      case FIRST -> code.l2i().iconst_1().iand();
    }
  }
}
