package dev.merapi.kernels.loop;

import static dev.merapi.kernels.emit.KernelClass.parameter;

import dev.merapi.kernels.emit.Element;
import dev.merapi.kernels.emit.LaneCode;
import dev.merapi.kernels.emit.Locals;
import dev.merapi.kernels.emit.Loops;
import java.lang.classfile.CodeBuilder;
import java.lang.classfile.Label;
import java.lang.constant.ClassDesc;
import java.util.function.IntConsumer;

/// Emits the loop along the lanes: turns of several vectors, then of one, then a masked rest.
final class LaneLoop {
  private static final ClassDesc MASK = ClassDesc.of("jdk.incubator.vector", "VectorMask");

  private final Structure structure;
  private final LaneCode lane;
  private final CodeBuilder code;
  private final Locals locals;
  private int count;
  private int position;
  private int mask;
  private boolean inside;
  private boolean masked;

  LaneLoop(Structure structure, LaneCode lane, Locals locals) {
    this.structure = structure;
    this.lane = lane;
    this.code = lane.code();
    this.locals = locals;
  }

  /// Emits the preparation before all loops.
  void begin() {
    count = locals.take(Element.I32.scalar());
    code.lload(parameter(Structure.COUNT)).l2i().istore(count);
    position = locals.take(Element.I32.scalar());
    code.iconst_0().istore(position);
  }

  /// The variable that holds the number of elements.
  int count() {
    return count;
  }

  /// The variable that holds the position of the current turn.
  int position() {
    return position;
  }

  /// Whether code is being emitted inside of the loop.
  boolean isInside() {
    return inside;
  }

  /// Whether only some lanes are elements.
  boolean isMasked() {
    return masked;
  }

  /// The variable that holds the mask of these lanes.
  int mask() {
    return mask;
  }

  /// Elements of a full turn.
  int width() {
    return lane.isScalar() ? 1 : structure.width();
  }

  /// Emits the loop.
  ///
  /// @param body emits the code for so many vectors
  void run(IntConsumer body) {
    inside = true;
    if (structure.unroll() == 0 && !lane.isScalar()) {
      Loops.count(code, position, count, lane.lanes().count(), () -> maskedTurn(body));
    } else {
      turns(body);
    }
    inside = false;
  }

  private void turns(IntConsumer body) {
    int lanes = lane.lanes().count();
    code.iconst_0().istore(position);
    fullTurns(width(), () -> body.accept(width() / lanes));
    if (width() > lanes) {
      fullTurns(lanes, () -> body.accept(1));
    }
    if (lanes > 1) {
      Label end = code.newLabel();
      code.iload(position).iload(count).if_icmpge(end);
      maskedTurn(body);
      code.labelBinding(end);
    }
  }

  private void fullTurns(int step, Runnable body) {
    locals.scope(() -> {
      int limit = locals.take(Element.I32.scalar());
      code.iload(count).loadConstant(step - 1).isub().istore(limit);
      Loops.below(code, position, limit, step, body);
    });
  }

  private void maskedTurn(IntConsumer body) {
    locals.scope(() -> {
      mask = locals.take(MASK);
      lane.maskBelow(() -> code.iload(count).iload(position).isub());
      code.astore(mask);
      masked = true;
      body.accept(1);
      masked = false;
    });
  }
}
