package dev.merapi.kernels.loop;

import static dev.merapi.kernels.emit.KernelClass.parameter;

import dev.merapi.kernels.emit.Element;
import dev.merapi.kernels.emit.LaneCode;
import dev.merapi.kernels.emit.Locals;
import dev.merapi.kernels.emit.Loops;
import dev.merapi.kernels.loop.Cursor.Stride;
import java.lang.classfile.CodeBuilder;
import java.lang.constant.ConstantDescs;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.function.IntConsumer;

/// Emits the cursors of a kernel: variables that follow the loops.
final class Cursors {
  private final Structure structure;
  private final LaneCode lane;
  private final CodeBuilder code;
  private final Locals locals;
  private final LaneLoop laneLoop;

  /// The variable of each cursor at the place where code is being emitted.
  private final int[] current;

  /// Whether that variable already includes the position along the lanes.
  private boolean positioned;

  private final int[] rowStart;
  private final int[] rowStrides;
  private final int[] extents;
  private final int[] vectorStrides;
  private final int[][] levelStrides;

  /// Vectors of what each lane adds to a number.
  private final Map<Integer, Integer> laneNumbers = new HashMap<>();

  Cursors(Structure structure, LaneCode lane, Locals locals, LaneLoop laneLoop) {
    this.structure = structure;
    this.lane = lane;
    this.code = lane.code();
    this.locals = locals;
    this.laneLoop = laneLoop;
    int size = structure.cursors().size();
    this.current = new int[size];
    this.rowStart = new int[size];
    this.rowStrides = new int[size];
    this.vectorStrides = new int[size];
    this.levelStrides = new int[size][structure.levels()];
    this.extents = new int[structure.levels()];
  }

  private Cursor cursor(int index) {
    return structure.cursors().get(index);
  }

  /// Emits the preparation before all loops.
  void begin() {
    for (int level = 0; level < extents.length; level++) {
      extents[level] = locals.take(Element.I32.scalar());
      pushLong(Structure.ARGUMENTS, structure.extentOffset(level));
      code.l2i().istore(extents[level]);
    }
    for (int c = 0; c < current.length; c++) {
      rowStart[c] = takeLong(Structure.SCRATCH, structure.frameOffset(c));
      current[c] = rowStart[c];
      rowStrides[c] = takeLong(Structure.ARGUMENTS, structure.rowStrideOffset(c));
      if (cursor(c).vector() == Stride.ANY) {
        vectorStrides[c] = takeLong(Structure.ARGUMENTS, structure.vectorStrideOffset(c));
      }
      for (int level = 0; level < structure.levels(); level++) {
        if (cursor(c).levels().get(level) == Stride.ANY) {
          levelStrides[c][level] =
              takeLong(Structure.ARGUMENTS, structure.levelStrideOffset(c, level));
        }
      }
      if (cursor(c).kind() == Cursor.Kind.NUMBER && !lane.isScalar()) {
        prepareLaneNumbers(c);
      }
    }
  }

  private void prepareLaneNumbers(int c) {
    if (cursor(c).vector() == Stride.ZERO) {
      return;
    }
    lane.laneNumbers();
    if (cursor(c).vector() == Stride.ANY) {
      lane.broadcast(Element.I32, () -> code.lload(vectorStrides[c]).l2i());
      lane.mul(Element.I32);
    }
    int slot = locals.take(Element.I32.vector());
    lane.storeLocal(Element.I32, slot);
    laneNumbers.put(c, slot);
  }

  /// Emits the step to the next row.
  void nextRow() {
    for (int c = 0; c < rowStart.length; c++) {
      code.lload(rowStart[c]).lload(rowStrides[c]).ladd().lstore(rowStart[c]);
    }
  }

  /// How the loop of a level is emitted: counter, the variable with its end, and one turn.
  private interface LevelLoop {
    void emit(int level, int counter, int extent, Runnable turn);
  }

  /// Emits the scalar inner loops around a body.
  ///
  /// @param used the cursors that the body uses
  void inLevels(Set<Integer> used, Runnable body) {
    inLevels(used, (_, counter, extent, turn) -> Loops.count(code, counter, extent, 1, turn), body);
  }

  /// The same, with the innermost loop in pieces.
  ///
  /// @param ended emits what follows a piece
  void inLevels(Set<Integer> used, Chains chains, Runnable body, Runnable ended) {
    inLevels(
        used,
        (level, counter, extent, turn) -> {
          if (level == structure.levels() - 1) {
            IntConsumer piece = end -> Loops.below(code, counter, end, 1, turn);
            chains.loop(counter, extent, 1, piece, ended);
          } else {
            Loops.count(code, counter, extent, 1, turn);
          }
        },
        body);
  }

  private void inLevels(Set<Integer> used, LevelLoop loop, Runnable body) {
    if (structure.levels() == 0) {
      body.run();
      return;
    }
    int[] before = current.clone();
    boolean wasPositioned = positioned;
    locals.scope(() -> {
      if (laneLoop.isInside()) {
        used.forEach(c -> copy(c, () -> pushPosition(c, 0)));
        positioned = true;
      }
      level(0, used, loop, body);
    });
    System.arraycopy(before, 0, current, 0, before.length);
    positioned = wasPositioned;
  }

  private void level(int level, Set<Integer> used, LevelLoop loop, Runnable body) {
    if (level == structure.levels()) {
      body.run();
      return;
    }
    int[] before = current.clone();
    locals.scope(() -> {
      int counter = locals.take(Element.I32.scalar());
      used.stream().filter(c -> moves(c, level)).forEach(c -> copy(c, () -> code.lload(before[c])));
      int[] inLoop = current.clone();
      loop.emit(
          level,
          counter,
          extents[level],
          () -> {
            level(level + 1, used, loop, body);
            used.stream()
                .filter(c -> moves(c, level))
                .forEach(c -> {
                  code.lload(inLoop[c]).lload(levelStrides[c][level]);
                  code.ladd().lstore(inLoop[c]);
                });
          });
    });
    System.arraycopy(before, 0, current, 0, before.length);
  }

  private boolean moves(int c, int level) {
    return cursor(c).levels().get(level) == Stride.ANY;
  }

  private void copy(int c, Runnable push) {
    int slot = locals.take(ConstantDescs.CD_long);
    push.run();
    code.lstore(slot);
    current[c] = slot;
  }

  /// Pushes the address of the first element of a copy.
  void pushAddress(int c, int copy) {
    pushPosition(c, copy);
  }

  /// Pushes the numbers of a copy's lanes.
  void pushNumbers(int c, int copy) {
    Runnable first =
        () -> {
          pushPosition(c, copy);
          code.l2i();
        };
    Integer numbers = laneNumbers.get(c);
    lane.broadcast(Element.I32, first);
    if (numbers != null) {
      lane.loadLocal(Element.I32, numbers);
      lane.add(Element.I32);
    }
  }

  private void pushPosition(int c, int copy) {
    Cursor cursor = cursor(c);
    int lanes = copy * lane.lanes().count();
    boolean moving = laneLoop.isInside() && !positioned;
    code.lload(current[c]);
    switch (cursor.vector()) {
      case ZERO -> {}
      case UNIT -> {
        if (moving) {
          code.iload(laneLoop.position()).i2l();
          if (cursor.kind().shift() > 0) {
            code.loadConstant(cursor.kind().shift()).lshl();
          }
          code.ladd();
        }
        if (lanes > 0) {
          code.loadConstant((long) lanes << cursor.kind().shift()).ladd();
        }
      }
      case ANY -> {
        if (moving) {
          code.iload(laneLoop.position()).i2l().lload(vectorStrides[c]).lmul().ladd();
        }
        if (lanes > 0) {
          code.loadConstant((long) lanes).lload(vectorStrides[c]).lmul().ladd();
        }
      }
    }
  }

  private int takeLong(int base, int offset) {
    int slot = locals.take(ConstantDescs.CD_long);
    pushLong(base, offset);
    code.lstore(slot);
    return slot;
  }

  private void pushLong(int base, int offset) {
    lane.loadArgument(() -> code.lload(parameter(base)).loadConstant((long) offset).ladd());
  }
}
