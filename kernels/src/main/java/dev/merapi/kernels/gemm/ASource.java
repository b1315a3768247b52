package dev.merapi.kernels.gemm;

import static dev.merapi.kernels.emit.KernelClass.parameter;

import dev.merapi.kernels.emit.LaneCode;
import java.lang.classfile.CodeBuilder;
import java.lang.classfile.TypeKind;
import java.util.stream.IntStream;

/// Emits the addresses of the elements of A, step by step, in a [VectorTile].
sealed interface ASource {
  /// Emits what comes first in a step.
  void beginStep();

  /// Pushes the address of a row's element in this step.
  void address(int row);

  /// Emits what comes last in a step.
  void endStep();

  /// Emits the preparation before the loop.
  static ASource start(Layout layout, Tile tile, LaneCode lane) {
    return layout == Layout.ROWS ? Rows.start(lane, tile) : Panel.start(lane, tile);
  }

  private static int local(LaneCode lane, Runnable value) {
    int local = lane.code().allocateLocal(TypeKind.LONG);
    value.run();
    lane.code().lstore(local);
    return local;
  }

  private static void advance(LaneCode lane, int address, long bytes) {
    lane.code().lload(address).loadConstant(bytes).ladd().lstore(address);
  }

  /// The elements of a step side by side.
  record Panel(LaneCode lane, Tile tile, int address) implements ASource {
    static Panel start(LaneCode lane, Tile tile) {
      CodeBuilder code = lane.code();
      return new Panel(lane, tile, local(lane, () -> code.lload(parameter(MicroKernel.A))));
    }

    @Override
    public void beginStep() {
      lane.plainAddress(address);
    }

    @Override
    public void address(int row) {
      lane.code().lload(address);
      if (row > 0) {
        lane.code().loadConstant((long) row * Float.BYTES).ladd();
      }
    }

    @Override
    public void endStep() {
      advance(lane, address, (long) tile.rows() * Float.BYTES);
    }
  }

  /// Each row by itself. There are fewer registers than rows, so one address serves three of them.
  ///
  /// @param starts locals of the addresses of every third row
  /// @param distances locals of one and two times the stride, the first unused
  record Rows(LaneCode lane, int[] starts, int[] distances) implements ASource {
    private static final int ROWS_OF_AN_ADDRESS = 3;

    /// Says to C2 that the stride is not negative.
    private static final long STRIDE_BITS = Reading.MOST_STRIDE;

    static Rows start(LaneCode lane, Tile tile) {
      CodeBuilder code = lane.code();
      int one =
          local(
              lane,
              () -> code.lload(parameter(MicroKernel.STRIDE)).loadConstant(STRIDE_BITS).land());
      int two = local(lane, () -> code.lload(one).lload(one).ladd());
      int[] starts = new int[Math.ceilDiv(tile.rows(), ROWS_OF_AN_ADDRESS)];
      starts[0] = local(lane, () -> code.lload(parameter(MicroKernel.A)));
      for (int i = 1; i < starts.length; i++) {
        int before = starts[i - 1];
        starts[i] = local(lane, () -> code.lload(before).lload(two).ladd().lload(one).ladd());
      }
      return new Rows(lane, starts, new int[] {0, one, two});
    }

    @Override
    public void beginStep() {
      IntStream.of(starts).forEach(lane::plainAddress);
    }

    @Override
    public void address(int row) {
      lane.code().lload(starts[row / ROWS_OF_AN_ADDRESS]);
      int rest = row % ROWS_OF_AN_ADDRESS;
      if (rest > 0) {
        lane.code().lload(distances[rest]).ladd();
      }
    }

    @Override
    public void endStep() {
      IntStream.of(starts).forEach(start -> advance(lane, start, Float.BYTES));
    }
  }
}
