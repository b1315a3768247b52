package dev.merapi.kernels.gemm;

import static dev.merapi.kernels.emit.KernelClass.parameter;

import dev.merapi.kernels.emit.Element;
import dev.merapi.kernels.emit.Kernel;
import dev.merapi.kernels.emit.KernelClass;
import dev.merapi.kernels.emit.LaneCode;
import dev.merapi.kernels.emit.Lanes;
import dev.merapi.kernels.emit.Loops;
import dev.merapi.kernels.gemm.Epilogue.Operand;
import java.lang.classfile.CodeBuilder;
import java.lang.classfile.Label;
import java.lang.classfile.TypeKind;
import java.util.List;
import java.util.function.IntUnaryOperator;

/// Emits a [Finish] kernel: one loop over the rows of a full tile, and one with masks for a partial
/// tile. In a loop's body the vectors of a row follow each other, because an inner loop of two or
/// three turns costs more than its work.
final class FinishCode {
  private static final int UNMASKED = -1;

  private final Finish finish;

  FinishCode(Finish finish) {
    this.finish = finish;
  }

  Kernel emit(Lanes lanes) {
    return KernelClass.define(
        "GemmFinish" + finish.store() + lanes.count(),
        code -> {
          new Body(finish, new LaneCode(code, lanes)).emit();
          code.return_();
        });
  }

  /// The emission of one method: its locals are fields.
  private static final class Body {
    private final Finish finish;
    private final LaneCode lane;
    private final CodeBuilder code;
    private final List<Operand> operands;
    private final int[] cursors;
    private final int[] strides;
    private final int rows;
    private final int columns;
    private final int row;
    private final int sums;
    private final int result;

    /// Pushes the distance from the row's start to the current vector, a `long` in bytes.
    private Runnable offset = () -> {};

    Body(Finish finish, LaneCode lane) {
      this.finish = finish;
      this.lane = lane;
      this.code = lane.code();
      this.operands = finish.epilogue().operands();
      this.cursors = new int[operands.size()];
      this.strides = new int[operands.size()];
      for (int i = 0; i < cursors.length; i++) {
        cursors[i] = code.allocateLocal(TypeKind.LONG);
        strides[i] = code.allocateLocal(TypeKind.LONG);
      }
      this.rows = code.allocateLocal(TypeKind.INT);
      this.columns = code.allocateLocal(TypeKind.INT);
      this.row = code.allocateLocal(TypeKind.INT);
      this.sums = code.allocateLocal(TypeKind.LONG);
      this.result = code.allocateLocal(TypeKind.LONG);
    }

    void emit() {
      code.lload(parameter(Finish.EXTENT)).l2i().istore(rows);
      code.lload(parameter(Finish.EXTENT)).loadConstant(TileArguments.COLUMNS_SHIFT).lushr();
      code.l2i().istore(columns);
      code.lload(parameter(Finish.SUMS)).lstore(sums);
      code.lload(parameter(Finish.C)).lstore(result);
      for (int i = 0; i < cursors.length; i++) {
        startOperand(i);
      }
      if (lane.isScalar()) {
        int column = code.allocateLocal(TypeKind.INT);
        offset = () -> code.iload(column).i2l().loadConstant(2).lshl();
        forRows(() -> Loops.count(code, column, columns, 1, () -> emitVector(UNMASKED)));
        return;
      }
      if (!finish.hasFullForm()) {
        emitMasked();
        return;
      }
      Label partial = code.newLabel();
      Label end = code.newLabel();
      code.iload(columns).loadConstant(finish.columns()).if_icmpne(partial);
      forRows(() -> emitVectors(_ -> UNMASKED));
      code.goto_(end);
      code.labelBinding(partial);
      emitMasked();
      code.labelBinding(end);
    }

    private void emitMasked() {
      int[] masks = masks();
      forRows(() -> emitVectors(vector -> masks[vector]));
    }

    private int[] masks() {
      int[] masks = new int[finish.vectors()];
      for (int v = 0; v < masks.length; v++) {
        int first = v * lane.lanes().count();
        masks[v] = code.allocateLocal(TypeKind.REFERENCE);
        lane.maskBelow(() -> code.iload(columns).loadConstant(first).isub());
        code.astore(masks[v]);
      }
      return masks;
    }

    private void forRows(Runnable columns) {
      Loops.count(
          code,
          row,
          rows,
          1,
          () -> {
            columns.run();
            advance(sums, () -> code.lload(parameter(Finish.STRIDE_SUMS)));
            advance(result, () -> code.lload(parameter(Finish.STRIDE_C)));
            for (int i = 0; i < cursors.length; i++) {
              stepOperand(i);
            }
          });
    }

    private void emitVectors(IntUnaryOperator mask) {
      for (int v = 0; v < finish.vectors(); v++) {
        long bytes = (long) v * lane.lanes().bytes();
        offset = () -> code.loadConstant(bytes);
        emitVector(mask.applyAsInt(v));
      }
    }

    private void emitVector(int masked) {
      Runnable value =
          () -> {
            switch (finish.store()) {
              case OVERWRITE -> load(Element.F32, sums, masked);
              case ACCUMULATE -> {
                load(Element.F32, result, masked);
                load(Element.F32, sums, masked);
                lane.add(Element.F32);
              }
            }
            finish.epilogue().emit(lane, operand -> loadOperand(operand, masked));
          };
      if (masked == UNMASKED) {
        lane.store(Element.F32, value, () -> address(result));
      } else {
        lane.storeMasked(Element.F32, value, () -> address(result), masked);
      }
    }

    private void load(Element element, int base, int masked) {
      if (masked == UNMASKED) {
        lane.load(element, () -> address(base));
      } else {
        lane.loadMasked(element, () -> address(base), masked);
      }
    }

    private void loadOperand(int index, int masked) {
      Element element = operands.get(index).element();
      switch (operands.get(index).span()) {
        case ROWS ->
            lane.broadcast(
                element, () -> lane.loadElement(element, () -> code.lload(cursors[index])));
        case COLUMNS, MATRIX -> load(element, cursors[index], masked);
      }
    }

    /// Emits: cursor = operand's address + row * row stride + column * 4, as far as it varies.
    private void startOperand(int index) {
      pushField(TileArguments.operand(index) + Long.BYTES);
      code.lstore(strides[index]);
      pushField(TileArguments.operand(index));
      switch (operands.get(index).span()) {
        case ROWS -> addScaled(this::pushRow, this::pushElementBytes);
        case COLUMNS -> addScaled(this::pushColumn, this::pushElementBytes);
        case MATRIX -> {
          addScaled(this::pushRow, () -> code.lload(strides[index]));
          addScaled(this::pushColumn, this::pushElementBytes);
        }
      }
      code.lstore(cursors[index]);
    }

    private void stepOperand(int index) {
      switch (operands.get(index).span()) {
        case ROWS -> advance(cursors[index], this::pushElementBytes);
        case COLUMNS -> {}
        case MATRIX -> advance(cursors[index], () -> code.lload(strides[index]));
      }
    }

    private void pushElementBytes() {
      code.loadConstant((long) Float.BYTES);
    }

    /// Pushes the tile's row as a `long`: the lower half of the block's first field.
    private void pushRow() {
      pushField(TileArguments.ROW);
      code.l2i().i2l();
    }

    /// Pushes the tile's column: the upper half.
    private void pushColumn() {
      pushField(TileArguments.ROW);
      code.loadConstant(Integer.SIZE).lshr();
    }

    private void pushField(int offset) {
      lane.loadArgument(
          () -> code.lload(parameter(Finish.BLOCK)).loadConstant((long) offset).ladd());
    }

    private void addScaled(Runnable number, Runnable scale) {
      number.run();
      scale.run();
      code.lmul().ladd();
    }

    private void advance(int local, Runnable by) {
      code.lload(local);
      by.run();
      code.ladd().lstore(local);
    }

    private void address(int base) {
      code.lload(base);
      offset.run();
      code.ladd();
    }
  }
}
