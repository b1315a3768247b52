package dev.merapi.kernels.conv;

import static java.util.Comparator.comparingDouble;

import dev.merapi.kernels.calls.Calls;
import dev.merapi.kernels.jit.CallTime;
import dev.merapi.kernels.jit.Kernel;
import dev.merapi.kernels.jit.TieredKernel;
import dev.merapi.kernels.product.Definition;
import dev.merapi.kernels.product.TableTiles;
import dev.merapi.kernels.product.Tile;
import dev.merapi.kernels.product.TileEpilogue;
import dev.merapi.kernels.product.TilesTrial;
import dev.merapi.kernels.target.PlanKernels;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.ref.Reference;
import java.util.List;
import java.util.stream.IntStream;

/// FILTER: the product of `dy`, transposed into panels of pixels, and of images with channels last,
/// in which neighbouring columns of the result are neighbouring floats.
///
/// The work is cut into tiles of the result. A thread goes through all images for its own tiles;
/// what it needs of the images and of `dy` it rearranges itself.
public final class FilterPlan implements ConvPlan {
  private final Correlation forward;
  private final FilterColumns columns;
  private final ChannelsLast images;
  private final Transposer transposer;
  private final Tile tile;
  private final Kernel multiply;
  private final PlanKernels kernels;
  private final Zeros zeros;
  private final MemorySegment offsets;
  private final MemorySegment bases;
  private final FilterMap map;
  private final FilterResult result;
  private final int panels;
  private final int tiles;
  private final int pixels;

  FilterPlan(Correlation forward, TileEpilogue epilogue, PlanKernels kernels) {
    int lanes = kernels.target().registerLanes();
    this.kernels = kernels;
    this.zeros = new Zeros(kernels);
    this.forward = forward;
    this.pixels = Correlation.size("positions", forward.outputPlane());
    this.transposer = Transposer.of(kernels);
    int together = Math.max(1, Definition.BLOCK / pixels);
    int count = Math.min(together, Math.max(1, forward.batch()));
    PixelLayout layout = PixelLayout.choose(forward, lanes);
    this.images = new ChannelsLast(layout, count, transposer, kernels);
    Correlation.offset(images.length());
    this.columns = new FilterColumns(layout, lanes);
    this.tile = chooseTile();
    this.panels = Math.ceilDiv(forward.outputs(), tile.rows());
    this.tiles = Math.ceilDiv(columns.vectors(), tile.vectors());
    int units = Correlation.size("tiles", (long) forward.groups() * panels * tiles);
    int[] positions = images.offsets();
    this.offsets = table(positions);
    this.bases = table(bases());
    int steps = Math.min(Definition.BLOCK, positions.length);
    TableTiles structure = TableTiles.of(tile, kernels.target());
    Kernel kernel = kernels.make(structure, structure::routine, () -> new TilesTrial(structure));
    double width = (double) tiles * tile.columns();
    double multiplied = width * tile.rows() * steps * CallTime.MULTIPLIED;
    double moved = (width * tile.rows() + (width + tile.rows()) * steps) * CallTime.MOVED;
    this.multiply = CallTime.choose(kernel, multiplied + moved);
    LineFinish lineFinish =
        new LineFinish(LineLanes.of(forward.taps(), kernels.target()), epilogue);
    this.map =
        FilterMap.of(
            structure,
            lineFinish,
            units,
            panels,
            steps,
            forward.steps(),
            images.length() + tile.columns());
    this.result = new FilterResult(forward, columns, tile, map, lineFinish, kernels);
  }

  private static MemorySegment table(int... numbers) {
    MemorySegment table =
        Arena.ofAuto().allocate((long) numbers.length * Integer.BYTES, Long.BYTES);
    MemorySegment.copy(numbers, 0, table, ValueLayout.JAVA_INT, 0, numbers.length);
    return table;
  }

  /// For each vector of the tiles of a panel the bytes from a position's pixel.
  private int[] bases() {
    return IntStream.range(0, tiles * tile.vectors())
        .map(vector -> Correlation.offset(columns.base(vector)))
        .toArray();
  }

  private Tile chooseTile() {
    return RegisterTile.of(forward.outputs(), kernels.target()).stream()
        .min(comparingDouble(this::cycles))
        .orElseThrow()
        .tile();
  }

  /// Estimated cycles for each position: those of all tiles, and those of transposing `dy`.
  private double cycles(RegisterTile candidate) {
    int outputs = forward.outputs();
    int rows = candidate.tile().rows();
    int full = outputs / rows;
    int rest = outputs % rows;
    double transpose = full * rows * Transposer.cycles(rows) + rest * Transposer.cycles(rest);
    int strips = Math.ceilDiv(columns.vectors(), candidate.tile().vectors());
    return transpose + candidate.stepCycles() * Math.ceilDiv(outputs, rows) * strips;
  }

  @Override
  public long workspaceBytes(int parts) {
    return map.common() + map.part() * parts;
  }

  @Override
  public List<TieredKernel> kernels() {
    return kernels.tiers();
  }

  @Override
  public void close() {
    kernels.close();
  }

  @Override
  public long units() {
    return result.portions();
  }

  @Override
  public void calls(Calls calls, ConvOperands memory, int part, int parts) {
    int portion = forward.groups() * panels * tiles / result.portions();
    int from = (int) ((long) result.portions() * part / parts) * portion;
    int end = (int) ((long) result.portions() * (part + 1) / parts) * portion;
    if (from == end) {
      return;
    }
    long workspace = memory.workspace();
    long mine = workspace + map.common() + map.part() * part;
    if (forward.batch() == 0) {
      long totals = workspace + map.totals();
      zeros.fill(calls, totals + from * map.tile(), (end - from) * map.tile());
    }
    zeros.fill(calls, mine + map.images(), map.part() - map.images());
    int inGroup = panels * tiles;
    int unit = from;
    while (unit < end) {
      int group = unit / inGroup;
      int last = Math.min(end, (group + 1) * inGroup);
      sumGroup(calls, memory, mine, group, unit, last);
      unit = last;
    }
    result.write(calls, memory, mine, from, end);
    Reference.reachabilityFence(this); // calls done at once read tables of it
  }

  /// The sums of the tiles `[first, last)` of one group of channels.
  private void sumGroup(
      Calls calls, ConvOperands memory, long mine, int group, int first, int last) {
    long totals = memory.workspace() + map.totals();
    for (int image = 0; image < forward.batch(); image += images.count()) {
      int count = Math.min(images.count(), forward.batch() - image);
      images.place(calls, memory.first(), mine + map.images(), image, count, group);
      int steps = count * pixels;
      for (int step = 0; step < steps; step += Definition.BLOCK) {
        int block = Math.min(Definition.BLOCK, steps - step);
        packPanels(calls, memory.second(), mine, image, count, group, step, block, first, last);
        boolean begins = image == 0 && step == 0;
        for (int panel = panelOf(first); panel <= panelOf(last - 1); panel++) {
          int start = (group * panels + panel) * tiles;
          int from = Math.max(first, start);
          int end = Math.min(last, start + tiles);
          long vector = (long) (from - start) * tile.vectors();
          calls.call(
              multiply,
              mine + map.panels() + panel * map.panel(),
              mine + map.images(),
              totals + from * map.tile(),
              bases.address() + vector * Integer.BYTES,
              offsets.address() + (long) step * Integer.BYTES,
              TableTiles.extent(block, end - from, begins));
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
      Calls calls,
      long dy,
      long mine,
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
      long to = mine + map.panels() + panel * map.panel();
      int length = count == 1 ? block : pixels;
      for (int i = 0; i < count; i++) {
        long channel = ((long) (image + i) * forward.groups() + group) * forward.outputs() + output;
        long from = dy + (channel * pixels + step) * Float.BYTES;
        long lineBytes = (long) pixels * Float.BYTES;
        transposer.transpose(calls, from, to, lineBytes, lines, length, tile.rows());
        to += (long) length * tile.rows() * Float.BYTES;
      }
    }
  }
}
