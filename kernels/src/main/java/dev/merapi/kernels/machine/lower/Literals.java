package dev.merapi.kernels.machine.lower;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// Where constants of vectors come from: in loops from registers that are set before the outermost
/// one, as long as there are enough, elsewhere from the memory behind the code.
final class Literals {
  private final Target target;
  private final Lir lir;
  private final Map<Literal, Reg> known = new HashMap<>();
  private final List<Step> before = new ArrayList<>();
  private int loopAt;

  Literals(Target target, Lir lir) {
    this.target = target;
    this.lir = lir;
  }

  /// A constant in a register.
  Reg register(Literal literal) {
    Reg reg = known.get(literal);
    if (reg == null) {
      reg = lir.literal(literal, target.bits);
      known.put(literal, reg);
      Step step = Lir.constantOf(reg, literal);
      if (lir.depth > 0) {
        before.add(step);
      } else {
        lir.add(step);
      }
    }
    return reg;
  }

  /// A constant as the operand of an instruction that may read memory.
  Arg operand(Literal literal, int bits) {
    return lir.depth > 0 ? register(literal).at(bits) : new Arg.Pool(literal, bits);
  }

  /// Outside of loops registers are shared within a block only.
  void newBlock() {
    if (lir.depth == 0) {
      known.clear();
    }
  }

  /// Before the steps of a loop.
  void enterLoop() {
    if (lir.depth++ == 0) {
      known.clear();
      loopAt = lir.steps.size();
    }
  }

  /// Behind the steps of a loop.
  void leaveLoop() {
    if (--lir.depth == 0) {
      lir.steps.addAll(loopAt, before);
      before.clear();
      known.clear();
    }
  }
}
