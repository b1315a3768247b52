package dev.merapi.kernels.conv;

import static dev.merapi.kernels.emit.KernelClass.parameter;

import dev.merapi.kernels.conv.PlaneCopy.Lines;
import dev.merapi.kernels.emit.Element;
import dev.merapi.kernels.emit.Kernel;
import dev.merapi.kernels.emit.KernelClass;
import dev.merapi.kernels.emit.LaneCode;
import dev.merapi.kernels.emit.Lanes;
import dev.merapi.kernels.emit.Loops;
import dev.merapi.kernels.emit.Pairs;
import java.lang.classfile.CodeBuilder;
import java.lang.classfile.TypeKind;

/// Emits a [PlaneCopy].
///
/// Dense lines are copied one column of vectors after the other, the last one masked: the innermost
/// loop runs over lines, because lines are many and a line has few vectors.
final class PlaneCopyCode {
  private final LaneCode lane;
  private final CodeBuilder code;
  private final Unpack unpack;
  private final int line;
  private final int lines;
  private final int column;
  private final int columns;
  private final int sourceLine;
  private final int targetLine;
  private final int from;
  private final int to;

  private PlaneCopyCode(LaneCode lane) {
    this.lane = lane;
    this.code = lane.code();
    this.unpack = new Unpack(code);
    this.line = unpack.counter();
    this.column = unpack.counter();
    this.columns = unpack.low(PlaneCopy.EXTENT);
    this.lines = unpack.high(PlaneCopy.EXTENT);
    this.sourceLine = unpack.low(PlaneCopy.LINE_STRIDES);
    this.targetLine = unpack.high(PlaneCopy.LINE_STRIDES);
    this.from = unpack.cursor();
    this.to = unpack.cursor();
  }

  static Kernel emit(Lines lines, Lanes lanes) {
    return KernelClass.define(
        "PlaneCopy" + lines + lanes.count(),
        code -> {
          PlaneCopyCode body = new PlaneCopyCode(new LaneCode(code, lanes).withPlainAddresses());
          switch (lines) {
            case DENSE -> body.planes(body.denseColumns());
            case HALVED -> body.planes(lanes == Lanes.SCALAR ? body.spreadLines() : body.halves());
            case SPREAD -> body.planes(body.spreadLines());
          }
          code.return_();
        });
  }

  /// Emits the loop over planes; the arguments move on to each plane's first elements.
  private void planes(Runnable emitPlane) {
    int plane = unpack.counter();
    int planes = unpack.low(PlaneCopy.SPREAD);
    int sourcePlane = unpack.low(PlaneCopy.PLANE_STRIDES);
    int targetPlane = unpack.high(PlaneCopy.PLANE_STRIDES);
    Loops.count(
        code,
        plane,
        planes,
        1,
        () -> {
          emitPlane.run();
          unpack.advance(parameter(PlaneCopy.SOURCE), sourcePlane);
          unpack.advance(parameter(PlaneCopy.TARGET), targetPlane);
        });
  }

  private Runnable denseColumns() {
    int lanes = lane.lanes().count();
    int full = unpack.counter();
    int mask = code.allocateLocal(TypeKind.REFERENCE);
    code.iload(columns).loadConstant(-lanes).iand().istore(full);
    if (!lane.isScalar()) {
      lane.maskBelow(() -> code.iload(columns).iload(full).isub());
      code.astore(mask);
    }
    return () -> {
      Loops.count(code, column, full, lanes, () -> lines(this::copyVector));
      if (!lane.isScalar()) {
        var end = code.newLabel();
        code.iload(column).iload(columns).if_icmpge(end);
        lines(() -> copyMasked(mask));
        code.labelBinding(end);
      }
    };
  }

  /// Emits the loop over lines; `from` and `to` are at the current column.
  private void lines(Runnable emitLine) {
    unpack.element(parameter(PlaneCopy.SOURCE), column);
    code.lstore(from);
    unpack.element(parameter(PlaneCopy.TARGET), column);
    code.lstore(to);
    copyLines(emitLine);
  }

  private void copyLines(Runnable emitLine) {
    Loops.count(
        code,
        line,
        lines,
        1,
        () -> {
          emitLine.run();
          unpack.advance(from, sourceLine);
          unpack.advance(to, targetLine);
        });
  }

  private void copyVector() {
    lane.store(
        Element.F32, () -> lane.load(Element.F32, () -> code.lload(from)), () -> code.lload(to));
  }

  private void copyMasked(int mask) {
    lane.storeMasked(
        Element.F32,
        () -> lane.loadMasked(Element.F32, () -> code.lload(from), mask),
        () -> code.lload(to),
        mask);
  }

  /// The last element of a pair may lie behind the source, so all is done under masks.
  private Runnable halves() {
    int lanes = lane.lanes().count();
    int low = code.allocateLocal(TypeKind.REFERENCE);
    int high = code.allocateLocal(TypeKind.REFERENCE);
    int target = code.allocateLocal(TypeKind.REFERENCE);
    int left = unpack.counter();
    TypeKind value = Element.F32.kind(lane.lanes());
    Pairs pairs = new Pairs(lane, code.allocateLocal(value), code.allocateLocal(value));
    return () ->
        Loops.count(
            code,
            column,
            columns,
            lanes,
            () -> {
              code.iload(columns).iload(column).isub().istore(left);
              storeMask(target, () -> code.iload(left));
              code.iload(left).iconst_1().ishl().iconst_1().isub().istore(left);
              storeMask(low, () -> code.iload(left));
              storeMask(high, () -> code.iload(left).loadConstant(lanes).isub());
              unpack.element(parameter(PlaneCopy.SOURCE), column);
              code.lstore(from);
              unpack.element(from, column);
              code.lstore(from);
              unpack.element(parameter(PlaneCopy.TARGET), column);
              code.lstore(to);
              copyLines(() -> copyHalf(pairs, low, high, target));
            });
  }

  private void storeMask(int local, Runnable count) {
    lane.maskBelow(count);
    code.astore(local);
  }

  private void copyHalf(Pairs pairs, int low, int high, int target) {
    pairs.loadMasked(index -> () -> address(from, index), low, high);
    lane.storeMasked(Element.F32, pairs::pushEven, () -> code.lload(to), target);
  }

  private void address(int cursor, int index) {
    code.lload(cursor);
    if (index > 0) {
      code.loadConstant((long) index * Float.BYTES).ladd();
    }
  }

  private Runnable spreadLines() {
    int sourceStep = unpack.bits(PlaneCopy.SPREAD, Integer.SIZE, PlaneCopy.STEP_BITS);
    int targetStep =
        unpack.bits(PlaneCopy.SPREAD, Integer.SIZE + PlaneCopy.STEP_BITS, PlaneCopy.STEP_BITS);
    Runnable spreadLine =
        () ->
            Loops.count(
                code,
                column,
                columns,
                1,
                () ->
                    lane.store(
                        Element.F32,
                        () -> lane.load(Element.F32, () -> element(from, sourceStep)),
                        () -> element(to, targetStep)));
    return () -> {
      code.iconst_0().istore(column);
      lines(spreadLine);
    };
  }

  private void element(int cursor, int step) {
    code.lload(cursor);
    code.iload(column).iload(step).imul().i2l().loadConstant(2).lshl().ladd();
  }
}
