package dev.merapi.kernels.conv;

import dev.merapi.kernels.calls.Calls;
import dev.merapi.kernels.conv.BankLayout.Content;
import dev.merapi.kernels.conv.Finishing.Pooling;
import dev.merapi.kernels.jit.CallTime;
import dev.merapi.kernels.jit.Kernel;
import dev.merapi.kernels.jit.TieredKernel;
import dev.merapi.kernels.product.Problem.Weights;
import dev.merapi.kernels.product.TableProduct;
import dev.merapi.kernels.product.TableTrial;
import dev.merapi.kernels.target.PlanKernels;
import dev.merapi.kernels.target.Target;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.ref.Reference;
import java.util.ArrayList;
import java.util.List;

/// FORWARD and DATA: images correlated with packed kernels.
///
/// The work is cut into units of one image, group, block of output lines and panel of output
/// channels. A thread takes consecutive units; when it comes to another image or group, it places
/// that one's channels into its part of the workspace first.
public final class CorrelationPlan implements BankPlan {
  /// Bytes of packed weights that stay in the second-level cache beside a block's pixels.
  private static final long RESIDENT_WEIGHTS = 512 << 10;

  private final Correlation problem;
  private final KernelOrder order;
  private final Weights weights;
  private final Tiling tiling;
  private final Placement placement;
  private final PlacementCopy copy;
  private final Zeros zeros;
  private final PlanKernels kernels;
  private final Transposer transposer;
  private final Kernel multiply;
  private final LineWriter writer;
  private final MemorySegment offsets;
  private final WorkspaceMap map;
  private final int panels;
  private final int blocks;
  private final int sumStride;

  private CorrelationPlan(
      Correlation problem,
      KernelOrder order,
      Weights weights,
      Tiling tiling,
      Placement placement,
      Finishing finishing,
      PlanKernels kernels) {
    this.kernels = kernels;
    this.problem = problem;
    this.order = order;
    this.weights = weights;
    this.tiling = tiling;
    this.placement = placement;
    this.copy = new PlacementCopy(placement, kernels);
    this.zeros = new Zeros(kernels);
    this.transposer = Transposer.elements(kernels);
    this.multiply = multiply();
    int[] table = placement.offsets();
    this.offsets = Arena.ofAuto().allocate((long) table.length * Integer.BYTES, Long.BYTES);
    MemorySegment.copy(table, 0, offsets, ValueLayout.JAVA_INT, 0, table.length);
    this.panels = tiling.panels(problem);
    this.blocks = tiling.blocks(problem);
    this.sumStride = tiling.sumStride(problem, placement.lineLength());
    int sumBytes = Correlation.offset((long) tiling.tile().rows() * sumStride);
    var sums =
        new LineWriter.Sums(
            placement.lineLength(), (long) sumStride * Float.BYTES, Tiling.sums(problem), sumBytes);
    this.writer = new LineWriter(problem, finishing, sums, kernels);
    this.map =
        WorkspaceMap.of(
            problem, tiling, placement, writer, weights == Weights.FRESH ? weightBytes() : 0);
  }

  private Kernel multiply() {
    TableProduct structure = TableProduct.of(tiling.tile(), kernels.target());
    Kernel kernel = kernels.make(structure, structure::routine, () -> new TableTrial(structure));
    double span = Tiling.span(tiling.lines(), placement.lineLength(), problem);
    double multiplied = span * problem.steps() * tiling.tile().rows() * CallTime.MULTIPLIED;
    double moved = (span + tiling.tile().rows()) * problem.steps() * CallTime.MOVED;
    return CallTime.choose(kernel, multiplied + moved);
  }

  static CorrelationPlan of(
      Correlation problem,
      KernelOrder order,
      Weights weights,
      Finishing finishing,
      PlanKernels kernels) {
    List<Cut> cuts = cuts(problem, finishing.pooling(), kernels.target());
    Cut best = cuts.getFirst();
    for (Cut cut : cuts) {
      if (cut.cycles < best.cycles) {
        best = cut;
      }
    }
    return of(problem, order, weights, finishing, best, kernels);
  }

  static CorrelationPlan of(
      Correlation problem,
      KernelOrder order,
      Weights weights,
      Finishing finishing,
      Cut cut,
      PlanKernels kernels) {
    return new CorrelationPlan(
        problem, order, weights, cut.tiling, cut.placement, finishing, kernels);
  }

  /// A way to lay an image out and to cut its outputs.
  ///
  /// @param cycles estimated, for one image and group
  record Cut(Placement placement, Tiling tiling, double cycles) {}

  /// The best cut for each form that serves a problem. All give the same bits.
  static List<Cut> cuts(Correlation problem, Pooling pooling, Target target) {
    List<Cut> cuts = new ArrayList<>();
    for (Placement.Form form : Placement.Form.values()) {
      Cut cut = cut(problem, new Placement(problem, form, target), pooling, target);
      if (serves(problem, cut)) {
        cuts.add(cut);
      }
    }
    return cuts;
  }

  private static Cut cut(Correlation problem, Placement placement, Pooling pooling, Target target) {
    Tiling tiling = Tiling.choose(problem, placement.lineLength(), pooling.step(), target);
    double cycles = placement.cycles() + tiling.cycles(problem, placement.lineLength());
    return new Cut(placement, tiling, cycles);
  }

  /// In place there is nothing behind an image that a tile might read.
  private static boolean serves(Correlation problem, Cut cut) {
    int lineLength = cut.placement.lineLength();
    return !cut.placement.isInPlace()
        || problem.rows().isPlain()
            && problem.columns().isPlain()
            && cut.tiling.fillsTiles(problem, lineLength);
  }

  @Override
  public long weightBytes() {
    return (long) problem.groups() * panels * panelBytes();
  }

  @Override
  public Object weightLayout() {
    return BankLayout.of(Content.TAPS, order, problem, tiling.tile().rows());
  }

  @Override
  public boolean takesPackedWeights() {
    return weights == Weights.PACKED;
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

  private long panelBytes() {
    return (long) problem.steps() * tiling.tile().rows() * Float.BYTES;
  }

  @Override
  public void packWeights(Calls calls, long w, long packed) {
    int rows = tiling.tile().rows();
    for (int panel = 0; panel < problem.groups() * panels; panel++) {
      int output = panel % panels * rows;
      int channels = Math.min(rows, problem.outputs() - output);
      long from = w + order.first(problem, panel / panels, output) * Float.BYTES;
      long to = packed + panel * panelBytes();
      if (channels < rows) {
        zeros.fill(calls, to, panelBytes());
      }
      switch (order) {
        case FORWARD ->
            transposer.transpose(calls, from, to, outputBytes(), channels, problem.steps(), rows);
        case DATA -> packBackwards(calls, from, to, channels);
      }
    }
  }

  /// The taps of each kernel follow each other backwards.
  private void packBackwards(Calls calls, long firstTap, long panel, int channels) {
    int rows = tiling.tile().rows();
    int taps = problem.taps();
    long tapBytes = (long) rows * Float.BYTES;
    long from = firstTap - (taps - 1L) * Float.BYTES;
    long to = panel + (taps - 1) * tapBytes;
    for (int i = 0; i < problem.inputs(); i++) {
      transposer.transpose(calls, from, to, outputBytes(), channels, taps, -rows);
      from += order.channelStep(problem) * Float.BYTES;
      to += taps * tapBytes;
    }
  }

  /// Bytes from the weights of one output channel to those of the next.
  private long outputBytes() {
    return (order.first(problem, 0, 1) - order.first(problem, 0, 0)) * Float.BYTES;
  }

  @Override
  public long units() {
    return (long) problem.batch() * problem.groups() * panels * blocks;
  }

  @Override
  public void calls(Calls calls, ConvOperands memory, int part, int parts) {
    int panelBlocks = panels * blocks;
    long unit = units() * part / parts;
    long end = units() * (part + 1) / parts;
    if (unit == end) {
      return;
    }
    long mine = memory.workspace() + map.bytes() * part;
    long packed = packed(calls, memory, mine);
    boolean weightsStay = panels * panelBytes() <= RESIDENT_WEIGHTS;
    if (!placement.isInPlace()) {
      zeros.fill(calls, mine + map.pixels(), map.bytes() - map.pixels());
    }
    long pixels = 0;
    long placed = -1;
    for (; unit < end; unit++) {
      long slice = unit / panelBlocks;
      if (slice != placed) {
        pixels = place(calls, memory.first(), mine, slice);
        placed = slice;
      }
      int within = (int) (unit % panelBlocks);
      int panel = weightsStay ? within % panels : within / blocks;
      int block = weightsStay ? within / panels : within % blocks;
      long bank = slice % problem.groups() * panels + panel;
      multiply(calls, pixels, packed + bank * panelBytes(), mine, block);
      finish(calls, memory, mine, slice, panel, block);
    }
    Reference.reachabilityFence(this); // calls done at once read tables of it
  }

  private long packed(Calls calls, ConvOperands memory, long mine) {
    return switch (weights) {
      case PACKED -> memory.packed();
      case FRESH -> {
        packWeights(calls, memory.second(), mine + map.weights());
        yield mine + map.weights();
      }
    };
  }

  /// The address of an image's channels of one group as the micro-kernel reads them.
  private long place(Calls calls, long images, long mine, long slice) {
    long source = images + slice * problem.inputs() * problem.sourcePlane() * Float.BYTES;
    return copy.place(calls, source, mine + map.pixels());
  }

  /// The sums of one block and panel, for each block of k.
  private void multiply(Calls calls, long pixels, long bank, long mine, int block) {
    int span = Tiling.span(tiling.linesOf(block, problem), placement.lineLength(), problem);
    calls.call(
        multiply,
        bank,
        pixels + (long) block * tiling.lines() * placement.lineLength() * Float.BYTES,
        mine + map.sums(),
        offsets.address(),
        TableProduct.extent(problem.steps(), span),
        (long) sumStride * Float.BYTES);
  }

  /// Takes the sums of one block and panel to the result.
  private void finish(
      Calls calls, ConvOperands memory, long mine, long slice, int panel, int block) {
    int rows = tiling.tile().rows();
    int inGroup = panel * rows;
    int channels = Math.min(rows, problem.outputs() - inGroup);
    int line = block * tiling.lines();
    int lines = tiling.linesOf(block, problem);
    writer.write(calls, memory, mine + map.sums(), mine, slice, inGroup, channels, line, lines);
  }

  @Override
  public String toString() {
    return "CorrelationPlan[" + placement + ", " + tiling + "]";
  }
}
