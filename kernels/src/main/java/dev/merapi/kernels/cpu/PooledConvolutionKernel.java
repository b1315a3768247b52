package dev.merapi.kernels.cpu;

import dev.merapi.graph.Contract.Role;
import dev.merapi.graph.Monoid;
import dev.merapi.graph.WindowGeometry;
import dev.merapi.kernels.conv.ConvPlan;
import dev.merapi.kernels.jit.TieredKernel;
import dev.merapi.kernels.target.Target;
import dev.merapi.spi.Buffer;
import dev.merapi.spi.Packed;
import dev.merapi.spi.Program;
import dev.merapi.spi.Region;
import java.lang.foreign.MemorySegment;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/// A convolution and the max pooling of 2 x 2 behind it, whose operand nobody else reads: only what
/// the pooling leaves is written, the same bits as by two kernels.
final class PooledConvolutionKernel implements RegionKernel {
  private static final List<Long> TWO = List.of(2L, 2L);
  private static final List<Long> ONE = List.of(1L, 1L);
  private static final List<Long> ZERO = List.of(0L, 0L);

  private final ConvolutionKernel convolution;
  private final Region.Convolution source;
  private final Region.Pool pool;
  private final boolean isStaged;

  PooledConvolutionKernel(
      Region.Convolution source, Region.Pool pool, Program program, Target target) {
    this.source = source;
    this.pool = pool;
    this.convolution = ConvolutionKernel.pooled(source, program.parameters(), target);
    this.isStaged = source.reads().stream().anyMatch(each -> overlap(program, each, pool));
  }

  /// Whether the result is written where the convolution's own would lie, and copied from there.
  boolean isStaged() {
    return isStaged;
  }

  /// Whether two neighbours among a program's regions are such a pair.
  static boolean suits(Region.Convolution convolution, Region.Pool pool, Program program) {
    return convolution.conv().role() == Role.FORWARD
        && suits(pool.window().geometry())
        && pool.window().monoid() == Monoid.MAX
        && pool.in().equals(convolution.out())
        && isReadOnlyBy(pool, program)
        && ConvPlan.canPool(convolution.conv().geometry(), FnEpilogue.of(convolution.epilogue()));
  }

  private static boolean suits(WindowGeometry window) {
    return window.kernel().equals(TWO)
        && window.strides().equals(TWO)
        && window.dilations().equals(ONE)
        && window.padLow().equals(ZERO)
        && window.padHigh().equals(ZERO);
  }

  private static boolean isReadOnlyBy(Region.Pool pool, Program program) {
    Buffer buffer = pool.in().buffer();
    Stream<Region> readers =
        program.regions().stream().filter(region -> region.reads().contains(buffer));
    return buffer.space() == Buffer.Space.TEMPORARY && readers.allMatch(pool::equals);
  }

  /// Whether the pooling's result lies where the convolution reads, which is allowed, because
  /// memory is planned for one kernel after the other.
  private static boolean overlap(Program program, Buffer read, Region.Pool pool) {
    Buffer written = pool.out().buffer();
    if (read.space().isPersistent() || written.space().isPersistent()) {
      return read.equals(written);
    }
    long from = program.offset(written);
    long other = program.offset(read);
    return from < other + read.bytes() && other < from + written.bytes();
  }

  @Override
  public long work() {
    return convolution.work();
  }

  @Override
  public String label() {
    return source.label();
  }

  @Override
  public Optional<Packed> packed() {
    return convolution.packed();
  }

  @Override
  public long scratchBytes(int threads) {
    return convolution.scratchBytes(threads);
  }

  @Override
  public List<Phase> bind(Memory memory, int threads) {
    long result = memory.address(pool.out().buffer());
    if (!isStaged) {
      return List.of(convolution.phase(memory, result));
    }
    long stage = memory.address(source.out().buffer());
    long bytes = pool.out().type().bytes();
    MemorySegment all = dev.merapi.kernels.jit.Memory.ALL;
    return List.of(
        convolution.phase(memory, stage),
        Phase.single(() -> MemorySegment.copy(all, stage, all, result, bytes)));
  }

  @Override
  public List<TieredKernel> kernels() {
    return convolution.kernels();
  }

  @Override
  public void close() {
    convolution.close();
  }
}
