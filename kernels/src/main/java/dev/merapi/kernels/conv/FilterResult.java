package dev.merapi.kernels.conv;

import static dev.merapi.kernels.emit.Memory.ALL;

import dev.merapi.kernels.emit.Kernel;
import dev.merapi.kernels.gemm.Tile;
import dev.merapi.kernels.product.TileEpilogue;
import dev.merapi.kernels.product.TileEpilogue.Operand;
import dev.merapi.kernels.target.PlanKernels;
import java.lang.foreign.ValueLayout;
import java.util.List;

/// Takes the sums of a [FilterPlan] from their tiles to `dw`, through the epilogue if there is one.
final class FilterResult {
  private static final ValueLayout.OfFloat FLOAT = ValueLayout.JAVA_FLOAT_UNALIGNED;

  private final Correlation forward;
  private final FilterColumns columns;
  private final Tile tile;
  private final FilterMap map;
  private final List<Operand> operands;
  private final boolean plain;
  private final Kernel finish;
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
    this.columns = columns;
    this.tile = tile;
    this.map = map;
    this.operands = List.copyOf(lineFinish.epilogue().operands());
    this.plain = lineFinish.epilogue().equals(TileEpilogue.NONE);
    this.finish = lineFinish.in(kernels);
    this.panels = Math.ceilDiv(forward.outputs(), tile.rows());
    this.tiles = Math.ceilDiv(columns.vectors(), tile.vectors());
  }

  /// Into how many equal portions the work must not be cut further: with an epilogue a thread
  /// computes all tiles of its output channels, because it needs their filters as a whole.
  int portions() {
    int filters = forward.groups() * panels;
    return plain ? filters * tiles : filters;
  }

  /// Writes the elements of the tiles `[from, end)`.
  void write(long workspace, long mine, long dw, int from, int end) {
    if (plain) {
      for (int unit = from; unit < end; unit++) {
        writeTile(workspace, dw, unit);
      }
    } else {
      for (int unit = from; unit < end; unit += tiles) {
        writeFilters(workspace, mine, dw, unit);
      }
    }
  }

  private void writeTile(long workspace, long dw, int unit) {
    int first = firstOutput(unit);
    for (int row = 0; row < rows(unit); row++) {
      scatter(workspace, unit, row, dw + (first + row) * filterBytes());
    }
  }

  private void writeFilters(long workspace, long mine, long dw, int firstUnit) {
    int first = firstOutput(firstUnit);
    long filter = mine + map.filter();
    int taps = forward.taps();
    long channelBytes = (long) taps * Float.BYTES;
    long block = mine + map.finish();
    ALL.set(ValueLayout.JAVA_INT_UNALIGNED, block + LineFinish.COUNT, 1);
    for (int row = 0; row < rows(firstUnit); row++) {
      for (int unit = firstUnit; unit < firstUnit + tiles; unit++) {
        scatter(workspace, unit, row, filter);
      }
      for (int channel = 0; channel < forward.inputs(); channel += LineFinish.CHANNELS) {
        int count = Math.min(LineFinish.CHANNELS, forward.inputs() - channel);
        ConvOperands.place(operands, workspace, block, first + row, channel, 0);
        finish.run(
            filter + channel * channelBytes,
            dw + (first + row) * filterBytes() + channel * channelBytes,
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

  /// Takes the sums of one row of a tile to their places in a filter.
  private void scatter(long workspace, int unit, int row, long filter) {
    int vector = unit % tiles * tile.vectors();
    int lanes = tile.lanes().count();
    long from = workspace + map.totals() + unit * map.tile();
    from += (long) row * tile.columns() * Float.BYTES;
    for (int column = 0; column < tile.columns(); column++) {
      int place = columns.place(vector + column / lanes, column % lanes);
      if (place >= 0) {
        float sum = ALL.get(FLOAT, from + (long) column * Float.BYTES);
        ALL.set(FLOAT, filter + (long) place * Float.BYTES, sum);
      }
    }
  }
}
