package dev.merapi.kernels.conv;

import dev.merapi.kernels.calls.Calls;
import dev.merapi.kernels.jit.Kernel;
import dev.merapi.kernels.product.Tile;
import dev.merapi.kernels.product.TileEpilogue;
import dev.merapi.kernels.product.TileEpilogue.Operand;
import dev.merapi.kernels.target.PlanKernels;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.List;

/// Takes the sums of a [FilterPlan] from their tiles to `dw`, through the epilogue if there is one.
final class FilterResult {
  private final Correlation forward;
  private final Tile tile;
  private final FilterMap map;
  private final List<Operand> operands;
  private final boolean plain;
  private final Kernel finish;
  private final Kernel scatter;
  private final MemorySegment moves;

  /// Moves of the tiles before one, and at the end of all.
  private final int[] starts;

  private final int panels;
  private final int tiles;

  FilterResult(
      Correlation forward,
      FilterColumns columns,
      Tile tile,
      FilterMap map,
      LineFinish lineFinish,
      PlanKernels kernels) {
    this.forward = forward;
    this.tile = tile;
    this.map = map;
    this.operands = List.copyOf(lineFinish.epilogue().operands());
    this.plain = lineFinish.epilogue().equals(TileEpilogue.NONE);
    this.finish = lineFinish.in(kernels);
    this.panels = Math.ceilDiv(forward.outputs(), tile.rows());
    this.tiles = Math.ceilDiv(columns.vectors(), tile.vectors());
    this.starts = new int[tiles + 1];
    this.moves = moves(columns);
    this.scatter = new Scatter(tile.columns() * Float.BYTES).in(kernels);
  }

  /// Where the sums of each tile of a panel belong in a filter, see [Scatter]. Sets [#starts].
  private MemorySegment moves(FilterColumns columns) {
    long bytes = (long) forward.steps() * Scatter.MOVE_BYTES;
    MemorySegment table = Arena.ofAuto().allocate(bytes, Long.BYTES);
    int count = 0;
    for (int i = 0; i < tiles * tile.columns(); i++) {
      if (i % tile.columns() == 0) {
        starts[i / tile.columns()] = count;
      }
      int place = columns.place(i / tile.lanes(), i % tile.lanes());
      if (place >= 0) {
        int from = i % tile.columns() * Float.BYTES;
        table.setAtIndex(ValueLayout.JAVA_INT, 2L * count, from);
        table.setAtIndex(ValueLayout.JAVA_INT, 2L * count + 1, Correlation.offset(place));
        count++;
      }
    }
    starts[tiles] = count;
    return table;
  }

  /// Into how many equal portions the work must not be cut further: with an epilogue a thread
  /// computes all tiles of its output channels, because it needs their filters as a whole.
  int portions() {
    int filters = forward.groups() * panels;
    return plain ? filters * tiles : filters;
  }

  /// Writes the elements of the tiles `[from, end)`.
  void write(Calls calls, ConvOperands memory, long mine, int from, int end) {
    if (plain) {
      for (int unit = from; unit < end; unit++) {
        writeTile(calls, memory, unit);
      }
    } else {
      for (int unit = from; unit < end; unit += tiles) {
        writeFilters(calls, memory, mine, unit);
      }
    }
  }

  private void writeTile(Calls calls, ConvOperands memory, int unit) {
    long filters = memory.result() + firstOutput(unit) * filterBytes();
    scatter(calls, memory, unit, 0, rows(unit), filters);
  }

  private void writeFilters(Calls calls, ConvOperands memory, long mine, int firstUnit) {
    int first = firstOutput(firstUnit);
    long filter = mine + map.filter();
    int taps = forward.taps();
    long channelBytes = (long) taps * Float.BYTES;
    for (int row = 0; row < rows(firstUnit); row++) {
      for (int unit = firstUnit; unit < firstUnit + tiles; unit++) {
        scatter(calls, memory, unit, row, 1, filter);
      }
      for (int channel = 0; channel < forward.inputs(); channel += LineFinish.CHANNELS) {
        int count = Math.min(LineFinish.CHANNELS, forward.inputs() - channel);
        long block = LineFinish.block(calls, mine, operands.size(), 1, 0);
        LineFinish.place(calls, block, operands, memory.epilogue(), first + row, channel, 0);
        calls.call(
            finish,
            filter + channel * channelBytes,
            memory.result() + (first + row) * filterBytes() + channel * channelBytes,
            LineFinish.extent(taps, 1, count),
            PlaneCopy.pair(channelBytes, channelBytes),
            channelBytes,
            block);
      }
    }
  }

  private int firstOutput(int unit) {
    int group = unit / (panels * tiles);
    return group * forward.outputs() + unit / tiles % panels * tile.rows();
  }

  private int rows(int unit) {
    return Math.min(tile.rows(), forward.outputs() - unit / tiles % panels * tile.rows());
  }

  private long filterBytes() {
    return (long) forward.steps() * Float.BYTES;
  }

  /// Takes the sums of some rows of a tile to their places in filters that follow each other.
  private void scatter(
      Calls calls, ConvOperands memory, int unit, int row, int rows, long filters) {
    int start = starts[unit % tiles];
    long rowBytes = (long) tile.columns() * Float.BYTES;
    calls.call(
        scatter,
        memory.workspace() + map.totals() + unit * map.tile() + row * rowBytes,
        filters,
        moves.address() + (long) start * Scatter.MOVE_BYTES,
        starts[unit % tiles + 1] - start,
        rows,
        filterBytes());
  }
}
