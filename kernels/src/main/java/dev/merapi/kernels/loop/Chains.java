package dev.merapi.kernels.loop;

import static dev.merapi.kernels.emit.KernelClass.parameter;

import dev.merapi.kernels.emit.Element;
import dev.merapi.kernels.emit.LaneCode;
import dev.merapi.kernels.emit.Locals;
import java.lang.classfile.CodeBuilder;
import java.lang.classfile.Label;
import java.lang.constant.ConstantDescs;
import java.util.function.IntConsumer;

/// Cuts the innermost loop of a traversal where a chain of [Structure#CHAIN] turns is full. Turns
/// are counted through all loops of the traversal: a chain may go on in the next row.
final class Chains {
  private final Structure structure;
  private final LaneCode lane;
  private final CodeBuilder code;
  private final Locals locals;
  private final Folds folds;

  /// The variable that holds the turns of a traversal.
  private int total;

  /// The variable that counts the turns that have begun.
  private int begun;

  private boolean cuts;

  Chains(Structure structure, LaneCode lane, Locals locals, Folds folds) {
    this.structure = structure;
    this.lane = lane;
    this.code = lane.code();
    this.locals = locals;
    this.folds = folds;
  }

  /// Emits the preparation before all loops.
  void begin() {
    if (!structure.chains()) {
      return;
    }
    total = locals.take(ConstantDescs.CD_long);
    switch (structure.form()) {
      case MAP -> code.lconst_1();
      case ROW -> {
        code.lload(parameter(Structure.COUNT));
        code.loadConstant(Structure.PARTIALS - 1L).ladd();
        code.loadConstant(Structure.PARTIALS_SHIFT).lshr();
      }
    }
    for (int level = 0; level < structure.levels(); level++) {
      long offset = structure.extentOffset(level);
      lane.loadArgument(
          () -> code.lload(parameter(Structure.ARGUMENTS)).loadConstant(offset).ladd());
      code.lmul();
    }
    code.lstore(total);
  }

  /// Emits a traversal of the inner loops.
  void traverse(Structure.Stage stage, Runnable loops) {
    if (!structure.chains() || stage.folds().stream().noneMatch(Step.Fold::isRounded)) {
      loops.run();
      return;
    }
    cuts = true;
    locals.scope(() -> {
      begun = locals.take(ConstantDescs.CD_long);
      code.lconst_0().lstore(begun);
      loops.run();
    });
    cuts = false;
  }

  /// Emits a loop from 0 to a count, in pieces that end where a chain does. (Around a long body the
  /// loop is in one piece, and each turn asks for the end of the chain: C1 runs out of virtual
  /// registers in nested loops.)
  ///
  /// @param counter its variable
  /// @param count the variable that holds the count
  /// @param shift `1 << shift` of it are a turn
  /// @param piece emits a loop from the counter's value to the limit in the variable that it is
  ///   given
  void loop(int counter, int count, int shift, IntConsumer piece) {
    code.iconst_0().istore(counter);
    if (cuts && structure.unroll() > 0) {
      locals.scope(() -> pieces(counter, count, shift, piece));
    } else {
      piece.accept(count);
    }
  }

  private void pieces(int counter, int count, int shift, IntConsumer piece) {
    int end = locals.take(Element.I32.scalar());
    Label top = code.newLabel();
    Label done = code.newLabel();
    code.iconst_0().istore(end);
    code.labelBinding(top);
    code.iload(end).iload(count).if_icmpge(done);
    code.iload(end).istore(counter);
    code.loadConstant(Structure.CHAIN);
    code.lload(begun).l2i().loadConstant(Structure.CHAIN - 1).iand().isub();
    code.loadConstant(shift).ishl().iload(counter).iadd().iload(count);
    lane.min();
    code.istore(end);
    code.iload(end).iload(counter).isub().loadConstant((1 << shift) - 1).iadd();
    code.loadConstant(shift).ishr().i2l().lload(begun).ladd().lstore(begun);
    piece.accept(end);
    endChain(top);
    code.goto_(top);
    code.labelBinding(done);
  }

  /// Emits what follows a body inside of a loop in one piece.
  ///
  /// @param counter the loop's variable
  /// @param count the variable that holds the count
  /// @param step what the body took of it, which may be less than a turn
  /// @param shift `1 << shift` of it are a turn
  void endBody(int counter, int count, int step, int shift) {
    if (!cuts || structure.unroll() > 0) {
      return;
    }
    Label end = code.newLabel();
    int turn = 1 << shift;
    if (step < turn) {
      Label full = code.newLabel();
      code.iload(counter).loadConstant(step).iadd().loadConstant(turn - 1).iand().ifeq(full);
      code.iload(counter).loadConstant(step).iadd().iload(count).if_icmplt(end);
      code.labelBinding(full);
    }
    code.lload(begun).lconst_1().ladd().lstore(begun);
    endChain(end);
    code.labelBinding(end);
  }

  /// Jumps unless the chain is full or the last one.
  private void endChain(Label otherwise) {
    Label end = code.newLabel();
    code.lload(begun).l2i().loadConstant(Structure.CHAIN - 1).iand().ifeq(end);
    code.lload(begun).lload(total).lcmp().iflt(otherwise);
    code.labelBinding(end);
    folds.endChain();
  }
}
