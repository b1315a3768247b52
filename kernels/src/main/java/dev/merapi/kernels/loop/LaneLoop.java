package dev.merapi.kernels.loop;

import static dev.merapi.kernels.emit.KernelClass.parameter;

import dev.merapi.kernels.emit.Element;
import dev.merapi.kernels.emit.LaneCode;
import dev.merapi.kernels.emit.Locals;
import dev.merapi.kernels.emit.Loops;
import dev.merapi.kernels.loop.Structure.Form;
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

  /// Whether it runs along a row that is folded.
  boolean isRow() {
    return structure.form() == Form.ROW;
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
    boolean isOneVector = lane.isScalar() || structure.keepsPartialsInMemory(lane.lanes());
    return isOneVector ? lane.lanes().count() : structure.width();
  }

  /// Emits the loop.
  ///
  /// @param body emits the code for so many vectors
  void run(IntConsumer body) {
    code.iconst_0().istore(position);
    below(count, body);
  }

  /// Emits the loop in pieces.
  ///
  /// @param ended emits what follows a piece
  void run(Chains chains, IntConsumer body, Runnable ended) {
    chains.loop(position, count, structure.width(), end -> below(end, body), ended);
  }

  private void below(int end, IntConsumer body) {
    inside = true;
    if (isAlwaysMasked() && !lane.isScalar()) {
      Loops.below(code, position, end, lane.lanes().count(), () -> maskedTurn(end, body));
    } else {
      turns(end, body);
    }
    inside = false;
  }

  /// Where the body is long, and where partial results lie in memory and lengthen it.
  private boolean isAlwaysMasked() {
    return structure.unroll() == 0 || structure.keepsPartialsInMemory(lane.lanes());
  }

  private void turns(int end, IntConsumer body) {
    int lanes = lane.lanes().count();
    fullTurns(end, width(), () -> body.accept(width() / lanes));
    if (width() > lanes) {
      fullTurns(end, lanes, () -> body.accept(1));
    }
    if (lanes > 1) {
      Label done = code.newLabel();
      code.iload(position).iload(end).if_icmpge(done);
      maskedTurn(end, body);
      code.iload(end).istore(position);
      code.labelBinding(done);
    }
  }

  private void fullTurns(int end, int step, Runnable body) {
    locals.scope(() -> {
      int limit = locals.take(Element.I32.scalar());
      code.iload(end).loadConstant(step - 1).isub().istore(limit);
      Loops.below(code, position, limit, step, body);
    });
  }

  private void maskedTurn(int end, IntConsumer body) {
    locals.scope(() -> {
      mask = locals.take(MASK);
      lane.maskBelow(() -> code.iload(end).iload(position).isub());
      code.astore(mask);
      masked = true;
      body.accept(1);
      masked = false;
    });
  }
}
