package dev.merapi.kernels.loop;

import static dev.merapi.kernels.emit.KernelClass.parameter;

import dev.merapi.kernels.emit.DoubleSums;
import dev.merapi.kernels.emit.Element;
import dev.merapi.kernels.emit.LaneCode;
import dev.merapi.kernels.emit.Locals;
import java.lang.classfile.CodeBuilder;
import java.lang.classfile.Label;
import java.lang.constant.ClassDesc;
import java.lang.constant.ConstantDescs;
import java.lang.constant.MethodTypeDesc;
import java.util.function.IntConsumer;

/// Emits what long sums need beside the additions: the innermost loop of a traversal goes in pieces
/// of [DoubleSums#CHAIN] turns, and at the end of each the sums take in what has been added up.
final class Chains {
  private static final ClassDesc SUMS = DoubleSums.class.describeConstable().orElseThrow();

  private final Structure structure;
  private final LaneCode lane;
  private final CodeBuilder code;
  private final Locals locals;

  Chains(Structure structure, LaneCode lane, Locals locals) {
    this.structure = structure;
    this.lane = lane;
    this.code = lane.code();
    this.locals = locals;
  }

  /// Emits a loop in pieces.
  ///
  /// @param counter its variable
  /// @param count the variable that holds its end
  /// @param turn what a turn adds to the counter
  /// @param piece emits a loop from the counter's value to the end in the variable that it is given
  /// @param ended emits what follows a piece
  void loop(int counter, int count, int turn, IntConsumer piece, Runnable ended) {
    locals.scope(() -> {
      int end = locals.take(Element.I32.scalar());
      Label top = code.newLabel();
      Label done = code.newLabel();
      code.iconst_0().istore(counter);
      code.labelBinding(top);
      code.iload(counter).iload(count).if_icmpge(done);
      code.iload(counter).loadConstant(DoubleSums.CHAIN * turn).iadd().iload(count);
      lane.min();
      code.istore(end);
      piece.accept(end);
      ended.run();
      code.goto_(top);
      code.labelBinding(done);
    });
  }

  /// Pushes the address of a fold's block of sums.
  void pushBlock(int fold) {
    code.lload(parameter(Structure.SCRATCH));
    code.loadConstant((long) structure.partialOffset(fold)).ladd();
  }

  /// Calls a method of [DoubleSums] on a fold's block of so many sums.
  void call(String method, int fold, int count) {
    pushBlock(fold);
    code.loadConstant(count);
    code.invokestatic(SUMS, method, type(ConstantDescs.CD_void));
  }

  /// Pushes what a fold's sums come to.
  void pushJoined(int fold) {
    pushBlock(fold);
    code.loadConstant(structure.width());
    code.invokestatic(SUMS, "join", type(ConstantDescs.CD_float));
  }

  private static MethodTypeDesc type(ClassDesc result) {
    return MethodTypeDesc.of(result, ConstantDescs.CD_long, ConstantDescs.CD_int);
  }
}
