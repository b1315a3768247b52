package dev.merapi.kernels.cpu;

import dev.merapi.kernels.jit.TieredKernel;
import dev.merapi.kernels.loop.BoundLoops;
import dev.merapi.kernels.loop.LoopKernel;
import dev.merapi.kernels.target.PlanKernels;
import dev.merapi.kernels.target.Target;
import dev.merapi.spi.LoopNest;
import dev.merapi.spi.Region;
import java.util.List;

/// A fused loop nest.
final class LoopsKernel implements RegionKernel {
  /// Instructions executed below which a second thread costs more than it brings.
  private static final long WORTH_A_THREAD = 200_000;

  /// Instructions executed below which vectors bring less than a microsecond: the twin, which the
  /// JIT compiles like any code, serves for good, and nobody waits for C2.
  private static final long WORTH_VECTORS = 1_000;

  private static final long ALIGNMENT = 64;

  private final Region.Loops region;
  private final PlanKernels kernels;
  private final LoopKernel kernel;

  LoopsKernel(Region.Loops region, Target target) {
    this.region = region;
    kernels = new PlanKernels(target);
    kernel = LoopKernel.compile(region.nest(), kernels);
  }

  @Override
  public long work() {
    return instructions();
  }

  @Override
  public String label() {
    return region.label();
  }

  @Override
  public long residentBytes() {
    return kernel.argumentBytes();
  }

  @Override
  public long scratchBytes(int threads) {
    return threads * scratchOfThread();
  }

  private long scratchOfThread() {
    return Math.ceilDiv(kernel.scratchBytes(), ALIGNMENT) * ALIGNMENT;
  }

  @Override
  public List<Phase> bind(Memory memory, int threads) {
    BoundLoops loops = kernel.bind(memory::address, memory.resident());
    if (memory.isThere()) {
      loops.writeArguments();
    }
    long units = loops.units();
    long scratch = memory.scratch();
    long each = scratchOfThread();
    return List.of(
        Phase.kernels(
            Math.min(units, instructions() / WORTH_A_THREAD),
            instructions(),
            (calls, part, parts) ->
                loops.calls(
                    calls,
                    units * part / parts,
                    units * (part + 1) / parts,
                    scratch + part * each)));
  }

  /// How many scalar instructions a run executes, about.
  private long instructions() {
    LoopNest nest = region.nest();
    long points = nest.extents().stream().reduce(1L, Math::multiplyExact);
    long length = nest.stages().stream().mapToLong(stage -> stage.inner().size()).sum();
    return points * length;
  }

  @Override
  public List<TieredKernel> kernels() {
    return kernels.tiers();
  }

  /// Rows shorter than a vector are left to the twin as well: most of a vector idles, and their
  /// kernels are the slowest to warm up (up to 20 s, seen in one JVM of three).
  @Override
  public boolean isWorthVectors() {
    return instructions() >= WORTH_VECTORS && !kernel.foldsShortRows();
  }

  @Override
  public List<String> remarks() {
    return kernel.diagnostic().stream().toList();
  }

  @Override
  public void close() {
    kernels.close();
  }
}
