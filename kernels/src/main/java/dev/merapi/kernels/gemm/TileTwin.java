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

/// Emits the form of a [MicroKernel] that computes one element after the other, as the definition
/// has it. It reads the same panels and arguments as the vector form, and serves until C2 has
/// compiled that.
final class TileTwin {
  private final Tile tile;
  private final Layout layout;
  private final LaneCode lane;
  private final CodeBuilder code;
  private final int rows;
  private final int columns;
  private final int steps;
  private final int row;
  private final int column;
  private final int step;
  private final int sum;
  private final int addressA;
  private final int addressB;

  private TileTwin(Tile tile, Layout layout, CodeBuilder code) {
    this.tile = tile;
    this.layout = layout;
    this.code = code;
    this.lane = new LaneCode(code, Lanes.SCALAR);
    this.rows = code.allocateLocal(TypeKind.INT);
    this.columns = code.allocateLocal(TypeKind.INT);
    this.steps = code.allocateLocal(TypeKind.INT);
    this.row = code.allocateLocal(TypeKind.INT);
    this.column = code.allocateLocal(TypeKind.INT);
    this.step = code.allocateLocal(TypeKind.INT);
    this.sum = code.allocateLocal(TypeKind.FLOAT);
    this.addressA = code.allocateLocal(TypeKind.LONG);
    this.addressB = code.allocateLocal(TypeKind.LONG);
  }

  static Kernel emit(Tile tile, Layout layout) {
    return KernelClass.define(
        "GemmTwin" + layout + tile, code -> new TileTwin(tile, layout, code).body());
  }

  private void body() {
    code.lload(parameter(MicroKernel.STEPS)).l2i().istore(steps);
    code.loadConstant(tile.rows()).istore(rows);
    code.loadConstant(tile.columns()).istore(columns);
    Loops.count(code, row, rows, 1, () -> Loops.count(code, column, columns, 1, this::element));
    code.return_();
  }

  private void element() {
    startA();
    startB();
    code.fconst_0().fstore(sum);
    Loops.count(code, step, steps, 1, this::multiplyAdd);
    lane.store(Element.F32, () -> code.fload(sum), this::pushAddressC);
  }

  private void multiplyAdd() {
    lane.load(Element.F32, () -> code.lload(addressA));
    lane.load(Element.F32, () -> code.lload(addressB));
    code.fload(sum);
    lane.fma();
    code.fstore(sum);
    advance(addressA, () -> code.loadConstant((long) stepElementsA() * Float.BYTES));
    switch (layout) {
      case PACKED, ROWS ->
          advance(addressB, () -> code.loadConstant((long) tile.columns() * Float.BYTES));
      case STRIDED -> advance(addressB, () -> code.lload(parameter(MicroKernel.STRIDE)));
    }
  }

  private void pushAddressC() {
    code.lload(parameter(MicroKernel.C)).iload(row).i2l();
    code.lload(parameter(MicroKernel.STRIDE_C)).lmul().ladd();
    addElements(column);
  }

  private int stepElementsA() {
    return layout == Layout.ROWS ? 1 : tile.rows();
  }

  private void startA() {
    code.lload(parameter(MicroKernel.A));
    if (layout == Layout.ROWS) {
      code.iload(row).i2l().lload(parameter(MicroKernel.STRIDE)).lmul().ladd();
    } else {
      addElements(row);
    }
    code.lstore(addressA);
  }

  private void startB() {
    code.lload(parameter(MicroKernel.B));
    addElements(column);
    code.lstore(addressB);
  }

  private void advance(int address, Runnable by) {
    code.lload(address);
    by.run();
    code.ladd().lstore(address);
  }

  /// Adds four times an `int` local to the address on the stack.
  private void addElements(int local) {
    code.iload(local).i2l().loadConstant(2).lshl().ladd();
  }
}
