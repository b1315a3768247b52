package dev.merapi.kernels.bytecode;

import dev.merapi.kernels.ir.Instruction;
import dev.merapi.kernels.ir.Lane;
import dev.merapi.kernels.ir.MaskOp;
import dev.merapi.kernels.ir.Pure.Compare;
import dev.merapi.kernels.ir.Pure.Concat;
import dev.merapi.kernels.ir.Pure.Convert;
import dev.merapi.kernels.ir.Pure.Lanewise;
import dev.merapi.kernels.ir.Pure.MaskLogic;
import dev.merapi.kernels.ir.Pure.Permute;
import dev.merapi.kernels.ir.Pure.Reinterpret;
import dev.merapi.kernels.ir.Pure.Select;
import dev.merapi.kernels.ir.Pure.Shift;
import dev.merapi.kernels.ir.Pure.Slice;
import dev.merapi.kernels.ir.Value;
import java.lang.classfile.CodeBuilder;

/// Pushes the present lane of what an instruction without effects computes.
record PureLanes(CodeBuilder code, LaneOperands operands) {
  void push(Instruction instruction) {
    switch (instruction) {
      case Lanewise lanewise -> {
        lanewise.operands().forEach(operands::vector);
        LaneCode.apply(code, lanewise.op(), lane(lanewise.result()));
      }
      case Shift shift -> {
        operands.vector(shift.operand());
        code.loadConstant(shift.distance());
        LaneCode.shift(code, shift.op(), lane(shift.result()));
      }
      case Compare compare -> {
        operands.vector(compare.a());
        operands.vector(compare.b());
        LaneCode.compare(code, compare.comparison(), lane(compare.a()));
      }
      case Select select ->
          Branches.choose(
              code,
              no -> {
                operands.mask(select.mask());
                code.ifeq(no);
              },
              () -> operands.vector(select.yes()),
              () -> operands.vector(select.no()));
      case MaskLogic logic -> logic(logic);
      case Convert convert -> {
        operands.vector(convert.operand());
        LaneCode.convert(code, lane(convert.operand()), lane(convert.result()));
      }
      case Reinterpret same -> {
        operands.vector(same.operand());
        LaneCode.reinterpret(code, lane(same.operand()));
      }
      case Permute _, Slice _, Concat _ -> operands.through(instruction, operands::lane);
      default -> throw new IllegalStateException("not on lanes: instruction=" + instruction);
    }
  }

  private static Lane lane(Value value) {
    return value.vector().lane();
  }

  private void logic(MaskLogic logic) {
    operands.mask(logic.operands().getFirst());
    if (logic.op() == MaskOp.NOT) {
      code.iconst_1().ixor();
      return;
    }
    operands.mask(logic.operands().getLast());
    switch (logic.op()) {
      case AND -> code.iand();
      case OR -> code.ior();
      case XOR -> code.ixor();
      case ANDNOT, NOT -> code.iconst_1().ixor().iand();
    }
  }
}
