package dev.merapi.kernels.conv;

import dev.merapi.kernels.emit.Kernel;
import dev.merapi.kernels.emit.KernelCache;
import dev.merapi.kernels.emit.Lanes;
import dev.merapi.kernels.emit.TieredKernel;
import dev.merapi.kernels.gemm.Layout;
import dev.merapi.kernels.gemm.MicroKernel;
import dev.merapi.kernels.gemm.Problem.Weights;
import java.util.List;

/// FORWARD and DATA by Winograd's minimal filtering, for what [Winograd#serves].
///
/// Pixels are split into even and odd rows and columns, and transformed for a block of lines of
/// tiles. Each of the 16 elements of the transforms is a matrix product over the input channels. A
/// panel of output channels at a time, the products are turned into sums, and those taken to the
/// result.
///
/// The work is cut into units as in [CorrelationPlan].
public final class WinogradPlan implements BankPlan {
  private final Correlation problem;
  private final Correlation tiles;
  private final Weights weights;
  private final WinogradBank bank;
  private final WinogradTiling tiling;
  private final Placement placement;
  private final WinogradOutput structure;
  private final TieredKernel input;
  private final TieredKernel multiply;
  private final TieredKernel output;
  private final LineWriter writer;
  private final WinogradMap map;
  private final int panels;
  private final int blocks;

  WinogradPlan(
      Correlation problem,
      KernelOrder order,
      Weights weights,
      Finishing finishing,
      Lanes lanes,
      KernelCache cache) {
    this.problem = problem;
    this.tiles = Winograd.tiles(problem);
    this.weights = weights;
    this.placement = new Placement(tiles, Placement.Form.PADDED, lanes, cache);
    this.tiling = WinogradTiling.choose(tiles, placement.lineLength(), lanes);
    this.bank = new WinogradBank(problem, order, tiling.tile().rows());
    this.structure = WinogradOutput.of(tiles.columns().output(), lanes);
    this.input = new WinogradInput(lanes).in(cache);
    this.multiply = new MicroKernel(tiling.tile(), Layout.STRIDED).in(cache);
    this.output = structure.in(cache);
    this.writer = new LineWriter(problem, finishing, lanes, cache);
    this.panels = tiling.panels(tiles);
    this.blocks = tiling.blocks(tiles);
    this.map =
        WinogradMap.of(
            tiles,
            tiling,
            placement,
            structure.width(tiles.columns().output()),
            writer,
            weights == Weights.FRESH ? bank.bytes() : 0);
  }

  @Override
  public long weightBytes() {
    return bank.bytes();
  }

  @Override
  public boolean takesPackedWeights() {
    return weights == Weights.PACKED;
  }

  @Override
  public void packWeights(long w, long packed) {
    bank.pack(w, packed);
  }

  @Override
  public long workspaceBytes(int parts) {
    return map.common() + map.bytes() * parts;
  }

  @Override
  public List<TieredKernel> kernels() {
    return List.of(placement.kernel(), writer.kernel(), input, output, multiply);
  }

  @Override
  public void run(long first, long second, long result, long workspace, int part, int parts) {
    long count = (long) tiling.strips(tiles) * problem.groups() * panels;
    long unit = count * part / parts;
    long end = count * (part + 1) / parts;
    if (unit == end) {
      return;
    }
    long mine = workspace + map.common() + map.bytes() * part;
    long packed = packed(second, mine);
    Zeros.fill(mine + map.pixels(), map.bytes() - map.pixels());
    long transformed = -1;
    long placed = -1;
    for (; unit < end; unit++) {
      long strip = unit / panels;
      int panel = (int) (unit % panels);
      int block = (int) (strip % blocks);
      int group = (int) (strip / blocks % problem.groups());
      int image = (int) (strip / blocks / problem.groups()) * tiling.images();
      int images = Math.min(tiling.images(), problem.batch() - image);
      if (strip != transformed) {
        for (int i = 0; i < images; i++) {
          long slice = (long) (image + i) * problem.groups() + group;
          if (slice != placed) {
            place(first, mine, slice);
            placed = slice;
          }
          transform(mine, block, i);
        }
        transformed = strip;
      }
      long bankPanel = (long) group * panels + panel;
      multiply(packed + bankPanel * bank.panelBytes(), mine, block, images);
      for (int i = 0; i < images; i++) {
        long slice = (long) (image + i) * problem.groups() + group;
        finish(result, workspace, mine, slice, panel, block, i);
      }
    }
  }

  private long packed(long second, long mine) {
    return switch (weights) {
      case PACKED -> second;
      case FRESH -> {
        bank.pack(second, mine + map.weights());
        yield mine + map.weights();
      }
    };
  }

  /// Bytes from one channel to the next in a strip's transformed pixels and products.
  private long channelBytes() {
    return (long) tiling.channelPlaces(placement.lineLength(), tiles) * Float.BYTES;
  }

  /// Bytes from the first image of a strip to another one.
  private long imageBytes(int image) {
    return (long) image * tiling.imagePlaces(placement.lineLength()) * Float.BYTES;
  }

  private long lineBytes() {
    return (long) placement.lineLength() * Float.BYTES;
  }

  private long elementBytes() {
    return tiling.elementBytes(tiles, placement.lineLength());
  }

  private void place(long source, long mine, long slice) {
    long plane = problem.sourcePlane() * Float.BYTES;
    placement.copy(source + slice * problem.inputs() * plane, mine + map.pixels());
  }

  /// Transforms the pixels of a block for all input channels.
  ///
  /// @param image which one of the strip
  private void transform(long mine, int block, int image) {
    long planeBytes = placement.planeLength() * Float.BYTES;
    int lines = tiling.linesOf(block, tiles);
    int places = tiling.transformed(lines, placement.lineLength(), tiles);
    input
        .current()
        .run(
            mine + map.pixels() + (long) block * tiling.lines() * lineBytes(),
            mine + map.transformed() + imageBytes(image),
            PlaneCopy.pair(places, problem.inputs()),
            PlaneCopy.pair(planeBytes, lineBytes()),
            PlaneCopy.pair(placement.planes() * planeBytes, channelBytes()),
            elementBytes());
  }

  /// The products of one strip and one panel.
  private void multiply(long panel, long mine, int block, int images) {
    Kernel kernel = multiply.current();
    long elementBytes = elementBytes();
    long rowBytes = channelBytes();
    int lines = tiling.linesOf(block, tiles);
    int places = tiling.places(lines, images, placement.lineLength(), tiles);
    long placesBytes = (long) places * Float.BYTES;
    long tileBytes = (long) tiling.tile().columns() * Float.BYTES;
    long productBytes = tiling.tile().rows() * rowBytes;
    for (int element = 0; element < Winograd.ELEMENTS; element++) {
      long a = panel + element * bank.elementBytes();
      long b = mine + map.transformed() + element * elementBytes;
      long c = mine + map.products() + element * productBytes;
      for (long place = 0; place < placesBytes; place += tileBytes) {
        kernel.run(a, b + place, c + place, problem.inputs(), rowBytes, rowBytes);
      }
    }
  }

  /// Takes the products of one block of an image and one panel to the result.
  ///
  /// @param image which one of the strip
  private void finish(
      long result, long workspace, long mine, long slice, int panel, int block, int image) {
    int inGroup = panel * tiling.tile().rows();
    int channels = Math.min(tiling.tile().rows(), problem.outputs() - inGroup);
    int tileLines = tiling.linesOf(block, tiles);
    int columns = structure.width(tiles.columns().output());
    long sumLine = (long) columns * Winograd.STEP * Float.BYTES;
    long sumChannel = (long) tiling.lines() * Winograd.STEP * sumLine;
    output
        .current()
        .run(
            mine + map.products() + imageBytes(image),
            mine + map.sums(),
            LineFinish.extent(columns, tileLines, channels),
            PlaneCopy.pair(lineBytes(), sumLine),
            PlaneCopy.pair(channelBytes(), sumChannel),
            tiling.tile().rows() * channelBytes());
    int line = block * tiling.lines() * Winograd.STEP;
    int lines = Math.min(tileLines * Winograd.STEP, problem.rows().output() - line);
    long arguments = mine + map.finish();
    writer.bind(arguments, 1, 0);
    long strides = PlaneCopy.pair(sumLine, sumChannel);
    writer.write(
        mine + map.sums(),
        strides,
        result,
        workspace,
        arguments,
        slice,
        inGroup,
        channels,
        line,
        lines);
  }

  @Override
  public String toString() {
    return "WinogradPlan[" + tiling + "]";
  }
}
