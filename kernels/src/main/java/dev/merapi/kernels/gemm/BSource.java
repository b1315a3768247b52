package dev.merapi.kernels.gemm;

import static dev.merapi.kernels.emit.KernelClass.parameter;

import dev.merapi.kernels.emit.Element;
import dev.merapi.kernels.emit.LaneCode;
import java.lang.classfile.CodeBuilder;
import java.lang.classfile.TypeKind;

/// Emits the addresses of the vectors of B, step by step, in a [VectorTile].
sealed interface BSource {
  /// Emits what comes first in a step.
  void beginStep(int step);

  /// Pushes the address of a vector in this step.
  void address(int vector);

  /// Emits what comes last in a step.
  void endStep();

  /// Emits the preparation before the loop.
  static BSource start(Layout layout, Tile tile, LaneCode lane) {
    CodeBuilder code = lane.code();
    return switch (layout) {
      case PACKED, ROWS -> {
        int bytes = tile.columns() * Float.BYTES;
        yield new Rows(lane, tile, copyOfB(code), () -> code.loadConstant((long) bytes));
      }
      case STRIDED -> {
        int stride = parameter(MicroKernel.STRIDE);
        yield new Rows(lane, tile, copyOfB(code), () -> code.lload(stride));
      }
      case TABLE -> Table.start(lane, tile);
    };
  }

  private static int copyOfB(CodeBuilder code) {
    int address = code.allocateLocal(TypeKind.LONG);
    code.lload(parameter(MicroKernel.B)).lstore(address);
    return address;
  }

  /// Vectors side by side, in rows at equal distances.
  record Rows(LaneCode lane, Tile tile, int address, Runnable stride) implements BSource {
    @Override
    public void beginStep(int step) {
      lane.plainAddress(address);
    }

    @Override
    public void address(int vector) {
      CodeBuilder code = lane.code();
      code.lload(address);
      if (vector > 0) {
        code.loadConstant((long) vector * tile.lanes().bytes()).ladd();
      }
    }

    @Override
    public void endStep() {
      CodeBuilder code = lane.code();
      code.lload(address);
      stride.run();
      code.ladd().lstore(address);
    }
  }

  /// Each vector at its own base address, plus an offset common to the step.
  record Table(LaneCode lane, int offsets, int[] bases, int offset) implements BSource {
    static Table start(LaneCode lane, Tile tile) {
      CodeBuilder code = lane.code();
      int offsets = code.allocateLocal(TypeKind.LONG);
      pushField(lane, TableB.OFFSETS);
      code.lstore(offsets);
      int[] bases = new int[tile.vectors()];
      for (int j = 0; j < bases.length; j++) {
        bases[j] = code.allocateLocal(TypeKind.LONG);
        pushField(lane, TableB.base(j));
        code.lstore(bases[j]);
      }
      return new Table(lane, offsets, bases, code.allocateLocal(TypeKind.LONG));
    }

    private static void pushField(LaneCode lane, int field) {
      CodeBuilder code = lane.code();
      lane.loadArgument(
          () -> code.lload(parameter(MicroKernel.B)).loadConstant((long) field).ladd());
    }

    @Override
    public void beginStep(int step) {
      CodeBuilder code = lane.code();
      lane.loadElement(
          Element.I32, () -> code.lload(offsets).iload(step).i2l().loadConstant(2).lshl().ladd());
      code.i2l().lstore(offset);
    }

    @Override
    public void address(int vector) {
      lane.code().lload(bases[vector]).lload(offset).ladd();
      lane.plainAddress();
    }

    @Override
    public void endStep() {}
  }
}
