package dev.merapi.kernels.gemm;

import static dev.merapi.kernels.emit.KernelClass.parameter;

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
}
