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

/// Emits the loop along the lanes: rounds of several turns, then of one, then a masked rest.
final class LaneLoop {
  private static final int[] NO_MASKS = {};
  private static final ClassDesc MASK = ClassDesc.of("jdk.incubator.vector", "VectorMask");

  private final Structure structure;
  private final LaneCode lane;
  private final CodeBuilder code;
  private final Locals locals;
  private int count;
  private int position;
  private boolean inside;

  /// The variables of the masks, one for each vector; none outside of masked turns.
  private int[] masks = NO_MASKS;

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

  /// The variable that holds the position of the current round.
  int position() {
    return position;
  }

  /// Whether code is being emitted inside of the loop.
  boolean isInside() {
    return inside;
  }

  /// Whether only some lanes are elements.
  boolean isMasked() {
    return masks.length > 0;
  }

  /// The variable that holds the mask of these lanes.
  int mask(int copy) {
    return masks[copy];
  }

  /// Vectors of one turn.
  int vectors() {
    return structure.form() == Form.MAP || structure.hasPartialsInMemory(lane.lanes())
        ? 1
        : Structure.PARTIALS / lane.lanes().count();
  }

  /// Emits the loop.
  ///
  /// @param body emits the code for so many vectors
  void run(Chains chains, IntConsumer body) {
    inside = true;
    switch (structure.form()) {
      case MAP -> {
        code.iconst_0().istore(position);
        rounds(count, body, () -> {});
      }
      case ROW -> {
        int shift = Structure.PARTIALS_SHIFT;
        int step = vectors() * lane.lanes().count();
        chains.loop(
            position,
            count,
            shift,
            limit -> rounds(limit, body, () -> chains.endBody(position, limit, step, shift)));
      }
    }
    inside = false;
  }

  /// @param last emits what follows the body where that is written once
  private void rounds(int limit, IntConsumer body, Runnable last) {
    int turn = vectors() * lane.lanes().count();
    if (lane.isScalar()) {
      Loops.below(code, position, limit, turn, () -> once(1, body, last));
    } else if (structure.unroll() == 0) {
      Loops.below(
          code, position, limit, turn, () -> maskedTurn(limit, count -> once(count, body, last)));
    } else {
      if (structure.unroll() > 1) {
        fullRounds(structure.unroll(), limit, body);
      }
      fullRounds(1, limit, body);
      Label end = code.newLabel();
      code.iload(position).iload(limit).if_icmpge(end);
      maskedTurn(limit, body);
      code.labelBinding(end);
    }
  }

  private static void once(int vectors, IntConsumer body, Runnable last) {
    body.accept(vectors);
    last.run();
  }

  private void fullRounds(int turns, int limit, IntConsumer body) {
    int vectors = turns * vectors();
    int step = vectors * lane.lanes().count();
    locals.scope(() -> {
      int last = locals.take(Element.I32.scalar());
      code.iload(limit).loadConstant(step - 1).isub().istore(last);
      Loops.below(code, position, last, step, () -> body.accept(vectors));
    });
  }

  private void maskedTurn(int limit, IntConsumer body) {
    locals.scope(() -> {
      masks = new int[vectors()];
      for (int i = 0; i < masks.length; i++) {
        int before = i * lane.lanes().count();
        masks[i] = locals.take(MASK);
        lane.maskBelow(() -> {
          code.iload(limit).iload(position).isub();
          if (before > 0) {
            code.loadConstant(before).isub();
          }
        });
        code.astore(masks[i]);
      }
      body.accept(masks.length);
      masks = NO_MASKS;
    });
  }
}
