package dev.merapi.kernels.cpu;

import dev.merapi.kernels.emit.KernelCache;
import dev.merapi.kernels.emit.Lanes;
import dev.merapi.kernels.emit.TieredKernel;
import dev.merapi.kernels.pool.PoolGradientPlan;
import dev.merapi.spi.Region;
import java.util.List;

/// The gradient of pooling.
final class PoolGradientKernel implements RegionKernel {
  private final Region.PoolGradient region;
  private final PoolGradientPlan plan;

  PoolGradientKernel(Region.PoolGradient region, Lanes lanes, KernelCache cache) {
    this.region = region;
    plan = PoolGradientPlan.of(region.window(), region.in().type(), lanes, cache);
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
    long dy = memory.address(region.gradient().buffer());
    long dx = memory.address(region.out().buffer());
    long worth = region.in().type().shape().elements() / PoolKernel.WORTH_A_THREAD;
    return List.of(Phase.shared(worth, (part, parts) -> plan.run(x, dy, dx, part, parts)));
  }

  @Override
  public List<TieredKernel> kernels() {
    return plan.kernels();
  }
}
