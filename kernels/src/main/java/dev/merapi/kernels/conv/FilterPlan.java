package dev.merapi.kernels.conv;

import static dev.merapi.kernels.emit.Memory.ALL;

import dev.merapi.kernels.emit.Kernel;
import dev.merapi.kernels.emit.KernelCache;
import dev.merapi.kernels.emit.Lanes;
import dev.merapi.kernels.emit.TieredKernel;
import dev.merapi.kernels.gemm.Gemm;
import dev.merapi.kernels.gemm.Layout;
import dev.merapi.kernels.gemm.MicroKernel;
import dev.merapi.kernels.gemm.TableB;
import dev.merapi.kernels.gemm.Tile;
import dev.merapi.kernels.product.TileEpilogue;
import dev.merapi.kernels.target.PlanKernels;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.ref.Reference;
import java.util.List;
import java.util.stream.Stream;

/// FILTER: the product of `dy`, transposed into panels of pixels, and of images with channels last,
/// in which neighbouring columns of the result are neighbouring floats.
///
/// The work is cut into tiles of the result. A thread goes through all images for its own tiles;
/// what it needs of the images and of `dy` it rearranges itself.
public final class FilterPlan implements ConvPlan {
  private static final ValueLayout.OfInt INT = ValueLayout.JAVA_INT_UNALIGNED;
  private static final ValueLayout.OfLong LONG = ValueLayout.JAVA_LONG_UNALIGNED;

  private final Correlation forward;
  private final FilterColumns columns;
  private final ChannelsLast images;
  private final Transposer transposer;
  private final Tile tile;
  private final TieredKernel multiply;
  private final Kernel accumulate;
  private final PlanKernels kernels;
  private final Zeros zeros;
  private final MemorySegment offsets;
  private final FilterMap map;
  private final FilterResult result;
  private final int panels;
  private final int tiles;
  private final int pixels;

  FilterPlan(
      Correlation forward,
      TileEpilogue epilogue,
      PlanKernels kernels,
      Lanes lanes,
      KernelCache cache) {
    this.kernels = kernels;
    this.zeros = new Zeros(kernels);
    this.forward = forward;
    this.pixels = Correlation.size("positions", forward.outputPlane());
    this.transposer = new Transposer(lanes, cache);
    int together = Math.max(1, Gemm.BLOCK / pixels);
    int count = Math.min(together, Math.max(1, forward.batch()));
    PixelLayout layout = PixelLayout.choose(forward, lanes.count());
    this.images = new ChannelsLast(layout, count, transposer, kernels);
    Correlation.offset(images.length());
    this.columns = new FilterColumns(layout, lanes.count());
    this.tile = chooseTile(lanes);
    this.multiply = new MicroKernel(tile, Layout.TABLE).in(cache);
    this.accumulate = new LineFinish(lanes.count(), TileEpilogue.NONE).in(kernels);
    this.panels = Math.ceilDiv(forward.outputs(), tile.rows());
    this.tiles = Math.ceilDiv(columns.vectors(), tile.vectors());
    int units = Correlation.size("tiles", (long) forward.groups() * panels * tiles);
    int[] table = images.offsets();
    this.offsets = Arena.ofAuto().allocate((long) table.length * Integer.BYTES, Long.BYTES);
    MemorySegment.copy(table, 0, offsets, ValueLayout.JAVA_INT, 0, table.length);
    int steps = Math.min(Gemm.BLOCK, table.length);
    LineFinish lineFinish =
        new LineFinish(LineLanes.of(forward.taps(), kernels.target()), epilogue);
    this.map =
        FilterMap.of(
            tile,
            lineFinish,
            units,
            panels,
            steps,
            forward.steps(),
            images.length() + tile.columns());
    this.result = new FilterResult(forward, columns, tile, map, lineFinish, kernels);
  }

  private Tile chooseTile(Lanes lanes) {
    Tile best = ConvTiles.of(lanes).getFirst();
    double least = Double.MAX_VALUE;
    for (Tile candidate : ConvTiles.of(lanes)) {
      double cycles = cycles(candidate);
      if (cycles < least) {
        best = candidate;
        least = cycles;
      }
    }
    return best;
  }

  /// Estimated cycles for each position: those of all tiles, and those of transposing `dy`.
  private double cycles(Tile candidate) {
    int outputs = forward.outputs();
    int full = outputs / candidate.rows();
    int rest = outputs % candidate.rows();
    double transpose =
        full * candidate.rows() * Transposer.cycles(candidate.rows())
            + rest * Transposer.cycles(rest);
    int strips = Math.ceilDiv(columns.vectors(), candidate.vectors());
    int rowTiles = Math.ceilDiv(outputs, candidate.rows());
    return transpose + ConvTiles.stepCycles(candidate) * rowTiles * strips;
  }

  @Override
  public long workspaceBytes(int parts) {
    return map.common() + map.part() * parts;
  }

  @Override
  public List<TieredKernel> kernels() {
    return Stream.of(List.of(multiply), transposer.kernels(), kernels.tiers())
        .flatMap(List::stream)
        .toList();
  }

  @Override
  public void close() {
    kernels.close();
  }

  @Override
  public void run(long first, long second, long target, long workspace, int part, int parts) {
    int portion = forward.groups() * panels * tiles / result.portions();
    int from = (int) ((long) result.portions() * part / parts) * portion;
    int end = (int) ((long) result.portions() * (part + 1) / parts) * portion;
    if (from == end) {
      return;
    }
    long mine = workspace + map.common() + map.part() * part;
    if (forward.batch() == 0) {
      zeros.fill(workspace + map.totals() + from * map.tile(), (end - from) * map.tile());
    }
    zeros.fill(mine + map.images(), map.part() - map.images());
    int inGroup = panels * tiles;
    int unit = from;
    while (unit < end) {
      int group = unit / inGroup;
      int last = Math.min(end, (group + 1) * inGroup);
      sumGroup(first, second, workspace, mine, group, unit, last);
      unit = last;
    }
    result.write(workspace, mine, target, from, end);
    Reference.reachabilityFence(this);
  }

  /// The sums of the tiles `[first, last)` of one group of channels.
  private void sumGroup(
      long x, long dy, long workspace, long mine, int group, int first, int last) {
    for (int image = 0; image < forward.batch(); image += images.count()) {
      int count = Math.min(images.count(), forward.batch() - image);
      images.place(x, mine + map.images(), image, count, group);
      int steps = count * pixels;
      for (int step = 0; step < steps; step += Gemm.BLOCK) {
        int block = Math.min(Gemm.BLOCK, steps - step);
        packPanels(dy, mine + map.panels(), image, count, group, step, block, first, last);
        ALL.set(LONG, mine + TableB.OFFSETS, offsets.address() + (long) step * Integer.BYTES);
        boolean begins = image == 0 && step == 0;
        for (int unit = first; unit < last; unit++) {
          long sums = workspace + map.totals() + unit * map.tile();
          if (begins) {
            sumTile(mine, sums, unit, block);
          } else {
            sumTile(mine, mine + map.sums(), unit, block);
            add(mine, sums);
          }
        }
      }
    }
  }

  private int panelOf(int unit) {
    return unit / tiles % panels;
  }

  /// Transposes the pixels of one block for the panels that the tiles `[first, last)` need: a
  /// stretch of one image, or several images as a whole.
  private void packPanels(
      long dy,
      long target,
      int image,
      int count,
      int group,
      int step,
      int block,
      int first,
      int last) {
    for (int panel = panelOf(first); panel <= panelOf(last - 1); panel++) {
      int output = panel * tile.rows();
      int lines = Math.min(tile.rows(), forward.outputs() - output);
      long to = target + panel * map.panel();
      int length = count == 1 ? block : pixels;
      for (int i = 0; i < count; i++) {
        long channel = ((long) (image + i) * forward.groups() + group) * forward.outputs() + output;
        long from = dy + (channel * pixels + step) * Float.BYTES;
        transposer.transpose(from, to, (long) pixels * Float.BYTES, lines, length, tile.rows());
        to += (long) length * tile.rows() * Float.BYTES;
      }
    }
  }

  private void sumTile(long mine, long sums, int unit, int steps) {
    int vector = unit % tiles * tile.vectors();
    for (int j = 0; j < tile.vectors(); j++) {
      long base = mine + map.images() + (long) columns.base(vector + j) * Float.BYTES;
      ALL.set(LONG, mine + TableB.base(j), base);
    }
    Kernel kernel = multiply.current();
    long panel = mine + map.panels() + panelOf(unit) * map.panel();
    kernel.run(panel, mine, sums, steps, (long) tile.columns() * Float.BYTES, 0);
  }

  /// Adds the sums of one block of a tile to those of the blocks before.
  private void add(long mine, long total) {
    long block = mine + map.finish();
    ALL.set(INT, block + LineFinish.COUNT, 2);
    ALL.set(INT, block + LineFinish.STRIDE, Math.toIntExact(mine + map.sums() - total));
    long extent = LineFinish.extent(tile.lanes().count(), tile.rows() * tile.vectors(), 1);
    accumulate.run(total, total, extent, tile.lanes().bytes(), 0, block);
  }
}
