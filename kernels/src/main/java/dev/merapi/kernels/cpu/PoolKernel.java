package dev.merapi.kernels.cpu;

import dev.merapi.kernels.emit.KernelCache;
import dev.merapi.kernels.emit.Lanes;
import dev.merapi.kernels.emit.TieredKernel;
import dev.merapi.kernels.pool.PoolPlan;
import dev.merapi.spi.Region;
import java.util.List;

/// Pooling.
final class PoolKernel implements RegionKernel {
  /// Elements read below which a second thread costs more than it brings.
  static final long WORTH_A_THREAD = 50_000;

  private final Region.Pool region;
  private final PoolPlan plan;

  PoolKernel(Region.Pool region, Lanes lanes, KernelCache cache) {
    this.region = region;
    plan = PoolPlan.of(region.window(), region.in().type(), lanes, cache);
  }

  @Override
  public long work() {
    return region.in().type().shape().elements();
  }

  @Override
  public String label() {
    return region.label();
  }

  @Override
  public List<Phase> bind(Memory memory, int threads) {
    long x = memory.address(region.in().buffer());
    long y = memory.address(region.out().buffer());
    long worth = region.in().type().shape().elements() / WORTH_A_THREAD;
    return List.of(Phase.shared(worth, (part, parts) -> plan.run(x, y, part, parts)));
  }

  @Override
  public List<TieredKernel> kernels() {
    return plan.kernels();
  }
}
