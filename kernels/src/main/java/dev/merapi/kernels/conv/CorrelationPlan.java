package dev.merapi.kernels.conv;

import static dev.merapi.kernels.emit.Memory.ALL;
import static java.util.Comparator.comparingDouble;

import dev.merapi.kernels.conv.BankLayout.Content;
import dev.merapi.kernels.conv.Finishing.Pooling;
import dev.merapi.kernels.emit.Kernel;
import dev.merapi.kernels.emit.KernelCache;
import dev.merapi.kernels.emit.Lanes;
import dev.merapi.kernels.emit.TieredKernel;
import dev.merapi.kernels.gemm.Gemm;
import dev.merapi.kernels.gemm.Layout;
import dev.merapi.kernels.gemm.MicroKernel;
import dev.merapi.kernels.gemm.Problem.Weights;
import dev.merapi.kernels.gemm.TableB;
import dev.merapi.kernels.target.PlanKernels;
import dev.merapi.kernels.target.Target;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.ref.Reference;
import java.util.List;
import java.util.stream.Stream;

/// FORWARD and DATA: images correlated with packed kernels.
///
/// The work is cut into units of one image, group, block of output lines and panel of output
/// channels. A thread takes consecutive units; when it comes to another image or group, it places
/// that one's channels into its part of the workspace first.
public final class CorrelationPlan implements BankPlan {
  private static final ValueLayout.OfFloat FLOAT = ValueLayout.JAVA_FLOAT_UNALIGNED;
  private static final ValueLayout.OfLong LONG = ValueLayout.JAVA_LONG_UNALIGNED;

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
  private final TieredKernel multiply;
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
      PlanKernels kernels,
      KernelCache cache) {
    this.kernels = kernels;
    this.problem = problem;
    this.order = order;
    this.weights = weights;
    this.tiling = tiling;
    this.placement = placement;
    this.copy = new PlacementCopy(placement, kernels);
    this.zeros = new Zeros(kernels);
    this.writer = new LineWriter(problem, finishing, placement.lineLength(), kernels);
    this.multiply = new MicroKernel(tiling.tile(), Layout.TABLE).in(cache);
    int[] table = placement.offsets();
    this.offsets = Arena.ofAuto().allocate((long) table.length * Integer.BYTES, Long.BYTES);
    MemorySegment.copy(table, 0, offsets, ValueLayout.JAVA_INT, 0, table.length);
    this.panels = tiling.panels(problem);
    this.blocks = tiling.blocks(problem);
    this.sumStride = tiling.sumStride(problem, placement.lineLength());
    Correlation.offset((long) tiling.tile().rows() * sumStride);
    this.map =
        WorkspaceMap.of(
            problem, tiling, placement, writer, weights == Weights.FRESH ? weightBytes() : 0);
  }

  static CorrelationPlan of(
      Correlation problem,
      KernelOrder order,
      Weights weights,
      Finishing finishing,
      PlanKernels kernels,
      Lanes lanes,
      KernelCache cache) {
    Cut best =
        cuts(problem, finishing.pooling(), kernels.target(), lanes)
            .min(comparingDouble(Cut::cycles))
            .orElseThrow();
    return of(problem, order, weights, finishing, best, kernels, cache);
  }

  static CorrelationPlan of(
      Correlation problem,
      KernelOrder order,
      Weights weights,
      Finishing finishing,
      Cut cut,
      PlanKernels kernels,
      KernelCache cache) {
    return new CorrelationPlan(
        problem, order, weights, cut.tiling, cut.placement, finishing, kernels, cache);
  }

  /// A way to lay an image out and to cut its outputs.
  ///
  /// @param cycles estimated, for one image and group
  record Cut(Placement placement, Tiling tiling, double cycles) {}

  /// The best cut for each form that serves a problem. All give the same bits.
  static Stream<Cut> cuts(Correlation problem, Pooling pooling, Target target, Lanes lanes) {
    return Stream.of(Placement.Form.values())
        .map(form -> cut(problem, new Placement(problem, form, target), pooling, lanes))
        .filter(cut -> serves(problem, cut));
  }

  private static Cut cut(Correlation problem, Placement placement, Pooling pooling, Lanes lanes) {
    Tiling tiling = Tiling.choose(problem, placement.lineLength(), pooling.step(), lanes);
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
    return map.common() + map.bytes() * parts;
  }

  @Override
  public List<TieredKernel> kernels() {
    return Stream.concat(Stream.of(multiply), kernels.tiers().stream()).toList();
  }

  @Override
  public void close() {
    kernels.close();
  }

  private long panelBytes() {
    return (long) problem.steps() * tiling.tile().rows() * Float.BYTES;
  }

  @Override
  public void packWeights(long w, long packed) {
    int rows = tiling.tile().rows();
    for (int panel = 0; panel < problem.groups() * panels; panel++) {
      long to = packed + panel * panelBytes();
      for (int row = 0; row < rows; row++) {
        int output = panel % panels * rows + row;
        packRow(w, to + (long) row * Float.BYTES, panel / panels, output);
      }
    }
  }

  private void packRow(long w, long to, int group, int output) {
    long stride = (long) tiling.tile().rows() * Float.BYTES;
    long channelStep = order.channelStep(problem) * Float.BYTES;
    long tapStep = (long) order.tapStep() * Float.BYTES;
    boolean inside = output < problem.outputs();
    long channel = w + order.first(problem, group, output) * Float.BYTES;
    long at = to;
    for (int i = 0; i < problem.inputs(); i++) {
      for (int tap = 0; tap < problem.taps(); tap++) {
        ALL.set(FLOAT, at, inside ? ALL.get(FLOAT, channel + tap * tapStep) : 0);
        at += stride;
      }
      channel += channelStep;
    }
  }

  @Override
  public void run(long first, long second, long result, long workspace, int part, int parts) {
    int panelBlocks = panels * blocks;
    long count = (long) problem.batch() * problem.groups() * panelBlocks;
    long unit = count * part / parts;
    long end = count * (part + 1) / parts;
    if (unit == end) {
      return;
    }
    long mine = workspace + map.common() + map.bytes() * part;
    long packed = packed(second, mine);
    boolean weightsStay = panels * panelBytes() <= RESIDENT_WEIGHTS;
    if (!placement.isInPlace()) {
      zeros.fill(mine + map.pixels(), map.bytes() - map.pixels());
    }
    long pixels = 0;
    long placed = -1;
    for (; unit < end; unit++) {
      long slice = unit / panelBlocks;
      if (slice != placed) {
        pixels = place(first, mine, slice);
        placed = slice;
      }
      int within = (int) (unit % panelBlocks);
      int panel = weightsStay ? within % panels : within / blocks;
      int block = weightsStay ? within / panels : within % blocks;
      long bank = slice % problem.groups() * panels + panel;
      multiply(pixels, packed + bank * panelBytes(), mine, block);
      finish(result, workspace, mine, slice, panel, block);
    }
    Reference.reachabilityFence(this);
  }

  private long packed(long second, long mine) {
    return switch (weights) {
      case PACKED -> second;
      case FRESH -> {
        packWeights(second, mine + map.weights());
        yield mine + map.weights();
      }
    };
  }

  /// The address of an image's channels of one group as the micro-kernel reads them.
  private long place(long images, long mine, long slice) {
    long source = images + slice * problem.inputs() * problem.sourcePlane() * Float.BYTES;
    return copy.place(source, mine + map.pixels());
  }

  /// The sums of one block and panel, a tile after the other for each block of k.
  private void multiply(long pixels, long bank, long mine, int block) {
    Kernel kernel = multiply.current();
    int lines = tiling.linesOf(block, problem);
    int span = Tiling.span(lines, placement.lineLength(), problem);
    int columns = tiling.tile().columns();
    int vectorBytes = tiling.tile().lanes().bytes();
    int last = Math.max(0, span - columns);
    long rowBytes = (long) sumStride * Float.BYTES;
    long first = pixels + (long) block * tiling.lines() * placement.lineLength() * Float.BYTES;
    long sums = mine + map.sums();
    for (int step = 0; step < problem.steps(); step += Gemm.BLOCK) {
      int steps = Math.min(Gemm.BLOCK, problem.steps() - step);
      ALL.set(LONG, mine + TableB.OFFSETS, offsets.address() + (long) step * Integer.BYTES);
      long panel = bank + (long) step * tiling.tile().rows() * Float.BYTES;
      for (int position = 0; position < span; position += columns) {
        long from = (long) Math.min(position, last) * Float.BYTES;
        for (int j = 0; j < tiling.tile().vectors(); j++) {
          ALL.set(LONG, mine + TableB.base(j), first + from + (long) j * vectorBytes);
        }
        kernel.run(panel, mine, sums + from, steps, rowBytes, 0);
      }
      sums += tiling.tile().rows() * rowBytes;
    }
  }

  /// Takes the sums of one block and panel to the result.
  private void finish(long result, long workspace, long mine, long slice, int panel, int block) {
    long arguments = mine + map.finish();
    int rows = tiling.tile().rows();
    writer.bind(arguments, Tiling.sums(problem), rows * sumStride * Float.BYTES);
    int inGroup = panel * rows;
    int channels = Math.min(rows, problem.outputs() - inGroup);
    int line = block * tiling.lines();
    int lines = tiling.linesOf(block, problem);
    writer.write(
        mine + map.sums(),
        (long) sumStride * Float.BYTES,
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
    return "CorrelationPlan[" + placement + ", " + tiling + "]";
  }
}
