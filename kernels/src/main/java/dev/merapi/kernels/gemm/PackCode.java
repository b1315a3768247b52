package dev.merapi.kernels.gemm;

import static dev.merapi.kernels.emit.KernelClass.parameter;

import dev.merapi.kernels.emit.Element;
import dev.merapi.kernels.emit.Kernel;
import dev.merapi.kernels.emit.KernelClass;
import dev.merapi.kernels.emit.LaneCode;
import dev.merapi.kernels.emit.Lanes;
import dev.merapi.kernels.emit.Loops;
import java.lang.classfile.CodeBuilder;
import java.lang.classfile.TypeKind;
import java.util.stream.IntStream;

/// Emits the vector forms of the [Pack] kernels.
///
/// There are no tails: where lines or steps are no multiple of the lanes, the last vector or block
/// begins earlier and writes some elements a second time.
final class PackCode {
  private final LaneCode lane;
  private final CodeBuilder code;
  private final int lines;
  private final int steps;
  private final int widthBytes;
  private final int step;

  private PackCode(CodeBuilder code, Lanes lanes) {
    this.code = code;
    this.lane = new LaneCode(code, lanes);
    this.lines = code.allocateLocal(TypeKind.INT);
    this.steps = code.allocateLocal(TypeKind.INT);
    this.widthBytes = code.allocateLocal(TypeKind.LONG);
    this.step = code.allocateLocal(TypeKind.INT);
    code.lload(parameter(Pack.EXTENT)).l2i().istore(lines);
    code.lload(parameter(Pack.STEPS)).l2i().istore(steps);
    code.lload(parameter(Pack.EXTENT)).loadConstant(TileArguments.COLUMNS_SHIFT).lushr();
    code.loadConstant(2).lshl().lstore(widthBytes);
  }

  static Kernel straight(Pack.Straight pack) {
    return KernelClass.define(
        "PackStraight" + pack.vectors() + "x" + pack.lanes().count(),
        code -> new PackCode(code, pack.lanes()).copyRows(pack.vectors()));
  }

  static Kernel transposing(Pack.Transposing pack) {
    return KernelClass.define(
        "PackTransposing" + pack.lanes().count(),
        code -> new PackCode(code, pack.lanes()).transposeBlocks());
  }

  private void copyRows(int vectors) {
    int from = copy(() -> code.lload(parameter(Pack.SOURCE)));
    int to = copy(() -> code.lload(parameter(Pack.PANEL)));
    int[] offsets =
        IntStream.range(0, vectors)
            .map(v -> copy(() -> pushStart(() -> code.loadConstant(v * lanes()), lines)))
            .toArray();
    Loops.count(
        code,
        step,
        steps,
        1,
        () -> {
          for (int offset : offsets) {
            lane.store(
                Element.F32,
                () -> lane.load(Element.F32, () -> code.lload(from).lload(offset).ladd()),
                () -> code.lload(to).lload(offset).ladd());
          }
          advance(from, parameter(Pack.STEP_STRIDE));
          advance(to, widthBytes);
        });
    code.return_();
  }

  private void transposeBlocks() {
    int line = code.allocateLocal(TypeKind.INT);
    int start = code.allocateLocal(TypeKind.LONG);
    int[] rows = locals(TypeKind.LONG);
    int[] vectors = locals(TypeKind.REFERENCE);
    Loops.count(
        code,
        line,
        lines,
        lanes(),
        () -> {
          // start = the block's first line, in bytes of the panel.
          pushStart(() -> code.iload(line), lines);
          code.lstore(start);
          code.lload(parameter(Pack.SOURCE));
          code.lload(start).loadConstant(2).lshr().lload(parameter(Pack.LINE_STRIDE)).lmul().ladd();
          code.lstore(rows[0]);
          for (int i = 1; i < rows.length; i++) {
            code.lload(rows[i - 1]).lload(parameter(Pack.LINE_STRIDE)).ladd().lstore(rows[i]);
          }
          Loops.count(code, step, steps, lanes(), () -> transposeBlock(start, rows, vectors));
        });
    code.return_();
  }

  private void transposeBlock(int start, int[] rows, int[] vectors) {
    int offset = copy(() -> pushStart(() -> code.iload(step), steps));
    for (int i = 0; i < rows.length; i++) {
      int row = rows[i];
      lane.load(Element.F32, () -> code.lload(row).lload(offset).ladd());
      code.astore(vectors[i]);
    }
    int to = code.allocateLocal(TypeKind.LONG);
    code.lload(offset).loadConstant(2).lshr().lload(widthBytes).lmul();
    code.lload(start).ladd().lload(parameter(Pack.PANEL)).ladd().lstore(to);
    for (int distance = 1; distance < lanes(); distance *= 2) {
      for (int i = 0; i < lanes(); i++) {
        if ((i & distance) == 0) {
          exchange(vectors[i], vectors[i + distance], distance);
        }
      }
    }
    for (int vector : vectors) {
      lane.store(Element.F32, () -> code.aload(vector), () -> code.lload(to));
      advance(to, widthBytes);
    }
  }

  /// Emits the exchange of the upper half of each pair of lane groups in `low` with the lower half
  /// in `high`.
  private void exchange(int low, int high, int distance) {
    // Of the low vector stay the lower groups, of the high one the upper groups.
    code.aload(low);
    code.aload(high);
    lane.swapLanes(distance);
    lane.mergeUpper(distance);
    code.aload(low);
    lane.swapLanes(distance);
    code.aload(high);
    lane.mergeUpper(distance);
    code.astore(high);
    code.astore(low);
  }

  /// Pushes `min(position, limit - lanes) * 4` as a `long`.
  private void pushStart(Runnable position, int limit) {
    position.run();
    code.iload(limit).loadConstant(lanes()).isub();
    lane.min();
    code.i2l().loadConstant(2).lshl();
  }

  private int lanes() {
    return lane.lanes().count();
  }

  private int[] locals(TypeKind kind) {
    return IntStream.range(0, lanes()).map(_ -> code.allocateLocal(kind)).toArray();
  }

  private int copy(Runnable value) {
    int local = code.allocateLocal(TypeKind.LONG);
    value.run();
    code.lstore(local);
    return local;
  }

  private void advance(int local, int by) {
    code.lload(local).lload(by).ladd().lstore(local);
  }
}
