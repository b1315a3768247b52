package dev.merapi.kernels.conv;

import static dev.merapi.kernels.jit.Memory.ALL;

import dev.merapi.kernels.calls.Calls;
import dev.merapi.kernels.conv.BankLayout.Content;
import dev.merapi.kernels.jit.CallTime;
import dev.merapi.kernels.jit.Kernel;
import dev.merapi.kernels.jit.TieredKernel;
import dev.merapi.kernels.product.PanelProducts;
import dev.merapi.kernels.product.PanelTrial;
import dev.merapi.kernels.product.Problem.Weights;
import dev.merapi.kernels.product.Tile;
import dev.merapi.kernels.target.PlanKernels;
import dev.merapi.kernels.target.Target;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.ref.Reference;
import java.util.List;

/// FORWARD and DATA by Winograd's minimal filtering, for what [Winograd#serves].
///
/// Pixels are split into even and odd rows and columns, and transformed for a block of lines of
/// tiles. Each of the 16 elements of the transforms is a matrix product over the input channels. A
/// panel of output channels at a time, the products are turned into sums, and those taken to the
/// result. A sum that is not finite is replaced by the plain one, see [PlainSumRoutine].
///
/// The work is cut into units as in [CorrelationPlan].
public final class WinogradPlan implements BankPlan {
  private static final ValueLayout.OfLong LONG = ValueLayout.JAVA_LONG_UNALIGNED;

  private final Correlation problem;
  private final Correlation tiles;
  private final Weights weights;
  private final WinogradBank bank;
  private final WinogradTiling tiling;
  private final Placement placement;
  private final PlacementCopy copy;
  private final Zeros zeros;
  private final PlanKernels kernels;
  private final Kernel filter;
  private final Kernel input;
  private final Kernel multiply;
  private final Kernel output;
  private final Kernel replace;

  /// What [#replace] reads.
  private final MemorySegment plainSums;

  private final LineWriter writer;
  private final WinogradMap map;
  private final int panels;
  private final int blocks;

  /// Whether products are read that nobody writes. They reach no result, but the check.
  private final boolean clears;

  WinogradPlan(
      Correlation problem,
      KernelOrder order,
      Weights weights,
      Finishing finishing,
      PlanKernels kernels) {
    this.problem = problem;
    this.tiles = Winograd.tiles(problem);
    this.weights = weights;
    this.kernels = kernels;
    Target target = kernels.target();
    this.placement = new Placement(tiles, Placement.Form.PADDED, target);
    this.copy = new PlacementCopy(placement, kernels);
    this.zeros = new Zeros(kernels);
    this.tiling = WinogradTiling.choose(tiles, placement.lineLength(), target);
    Tile tile = tiling.tile();
    this.bank = new WinogradBank(problem, order, tile.rows());
    this.filter = bank.kernel(kernels);
    double elements = (double) channelBytes() / Float.BYTES * Winograd.ELEMENTS;
    this.input =
        CallTime.choose(
            new WinogradInput(tile.lanes()).in(kernels),
            elements * problem.inputs() * CallTime.MOVED);
    PanelProducts products = PanelProducts.of(Winograd.ELEMENTS, tile, target);
    this.multiply =
        CallTime.choose(
            kernels.make(products, products::routine, () -> new PanelTrial(products)),
            elements * problem.inputs() * (tile.rows() * CallTime.MULTIPLIED + CallTime.MOVED));
    this.output =
        CallTime.choose(
            WinogradOutput.of(tiles.columns().output(), target).in(kernels),
            elements * tile.rows() * CallTime.MOVED);
    this.replace = new FiniteSums(target.registerLanes()).in(kernels).lasting();
    this.plainSums = Arena.ofAuto().allocate(FiniteSumsRoutine.BYTES, Long.BYTES);
    FiniteSumsRoutine.write(problem, order, sumLine(), sumChannel(), plainSums.address());
    var sums = new LineWriter.Sums(tiling.width() * Winograd.STEP, sumChannel(), 1, 0);
    this.writer = new LineWriter(problem, finishing, sums, kernels);
    this.panels = tiling.panels(tiles);
    this.blocks = tiling.blocks(tiles);
    this.clears = tiling.readsBehind(placement.lineLength(), tiles);
    this.map =
        WinogradMap.of(
            tiles, tiling, placement, writer, weights == Weights.FRESH ? bank.bytes() : 0);
  }

  @Override
  public long weightBytes() {
    return bank.bytes();
  }

  @Override
  public Object weightLayout() {
    return BankLayout.of(Content.TRANSFORMS, bank.order(), problem, bank.rows());
  }

  @Override
  public boolean takesPackedWeights() {
    return weights == Weights.PACKED;
  }

  @Override
  public void packWeights(Calls calls, long w, long packed) {
    bank.pack(calls, filter, w, packed);
  }

  @Override
  public long workspaceBytes(int parts) {
    return map.bytes() * parts;
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
    return (long) tiling.strips(tiles) * problem.groups() * panels;
  }

  @Override
  public void calls(Calls calls, ConvOperands memory, int part, int parts) {
    long unit = units() * part / parts;
    long end = units() * (part + 1) / parts;
    if (unit == end) {
      return;
    }
    long mine = memory.workspace() + map.bytes() * part;
    long packed = packed(calls, memory, mine);
    zeros.fill(calls, mine + map.check(), WinogradOutput.CHECK_BYTES);
    if (clears) {
      zeros.fill(calls, mine + map.products(), map.transformed() - map.products());
    }
    zeros.fill(calls, mine + map.pixels(), map.bytes() - map.pixels());
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
            place(calls, memory.first(), mine, slice);
            placed = slice;
          }
          transform(calls, mine, block, i);
        }
        transformed = strip;
      }
      multiply(calls, bank.panel(packed, group * panels + panel), mine, block, images);
      for (int i = 0; i < images; i++) {
        long slice = (long) (image + i) * problem.groups() + group;
        sum(calls, mine, panel, block, i);
        long pixels = slice * problem.inputs() * problem.sourcePlane() * Float.BYTES;
        replace(calls, memory.first() + pixels, memory.second(), mine, group, panel, block);
        finish(calls, memory, mine, slice, panel, block);
      }
    }
    Reference.reachabilityFence(this); // calls done at once read tables of it
  }

  private long packed(Calls calls, ConvOperands memory, long mine) {
    return switch (weights) {
      case PACKED -> memory.packed();
      case FRESH -> {
        bank.pack(calls, filter, memory.second(), mine + map.weights());
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

  private void place(Calls calls, long source, long mine, long slice) {
    long plane = problem.sourcePlane() * Float.BYTES;
    copy.place(calls, source + slice * problem.inputs() * plane, mine + map.pixels());
  }

  /// Transforms the pixels of a block for all input channels.
  ///
  /// @param image which one of the strip
  private void transform(Calls calls, long mine, int block, int image) {
    long planeBytes = placement.planeLength() * Float.BYTES;
    int lines = tiling.linesOf(block, tiles);
    int places = tiling.transformed(lines, placement.lineLength());
    calls.call(
        input,
        mine + map.pixels() + (long) block * tiling.lines() * lineBytes(),
        mine + map.transformed() + imageBytes(image),
        PlaneCopy.pair(places, problem.inputs()),
        PlaneCopy.pair(planeBytes, lineBytes()),
        PlaneCopy.pair(placement.planes() * planeBytes, channelBytes()),
        elementBytes());
  }

  /// The products of one strip and one panel.
  private void multiply(Calls calls, long panel, long mine, int block, int images) {
    int lines = tiling.linesOf(block, tiles);
    int places = tiling.places(lines, images, placement.lineLength(), tiles);
    calls.call(
        multiply,
        panel,
        mine + map.transformed(),
        mine + map.products(),
        PanelProducts.extent(problem.inputs(), places),
        channelBytes(),
        elementBytes());
  }

  /// Turns the products of one block of an image and one panel into sums.
  ///
  /// @param image which one of the strip
  private void sum(Calls calls, long mine, int panel, int block, int image) {
    calls.call(
        output,
        mine + map.products() + imageBytes(image),
        mine + map.sums(),
        LineFinish.extent(tiling.width(), tiling.linesOf(block, tiles), channels(panel)),
        PlaneCopy.pair(lineBytes(), sumLine()),
        PlaneCopy.pair(channelBytes(), sumChannel()),
        tiling.tile().rows() * channelBytes());
  }

  /// Whether the sums that one part came to last were all finite at first sight.
  boolean saidFinite(long workspace, int part) {
    long mine = workspace + map.bytes() * part;
    long bits = 0;
    for (int i = 0; i < WinogradOutput.CHECK_BYTES; i += Long.BYTES) {
      bits |= ALL.get(LONG, mine + map.check() + i);
    }
    return bits == 0;
  }

  /// Replaces the sums that are not finite, if the output kernel found some.
  private void replace(
      Calls calls, long pixels, long weights, long mine, int group, int panel, int block) {
    int channel = panel * tiling.tile().rows();
    calls.call(
        replace,
        mine + map.sums(),
        pixels,
        weights + bank.order().first(problem, group, channel) * Float.BYTES,
        LineFinish.extent(problem.columns().output(), lines(block), channels(panel)),
        firstLine(block),
        plainSums.address());
  }

  /// Takes the sums of one block of an image and one panel to the result.
  private void finish(
      Calls calls, ConvOperands memory, long mine, long slice, int panel, int block) {
    writer.write(
        calls,
        memory,
        mine + map.sums(),
        mine + map.finish(),
        slice,
        panel * tiling.tile().rows(),
        channels(panel),
        firstLine(block),
        lines(block));
  }

  /// Output channels of a panel.
  private int channels(int panel) {
    int rows = tiling.tile().rows();
    return Math.min(rows, problem.outputs() - panel * rows);
  }

  private int firstLine(int block) {
    return block * tiling.lines() * Winograd.STEP;
  }

  /// Lines of the result in a block.
  private int lines(int block) {
    int lines = tiling.linesOf(block, tiles) * Winograd.STEP;
    return Math.min(lines, problem.rows().output() - firstLine(block));
  }

  /// Bytes from one line of sums to the next.
  private long sumLine() {
    return (long) tiling.width() * Winograd.STEP * Float.BYTES;
  }

  /// Bytes from the sums of one channel to those of the next.
  private long sumChannel() {
    return (long) tiling.lines() * Winograd.STEP * sumLine();
  }

  @Override
  public String toString() {
    return "WinogradPlan[" + tiling + "]";
  }
}
