package dev.merapi.kernels.cpu;

import dev.merapi.kernels.jit.TieredKernel;
import dev.merapi.kernels.pool.PlanesPlan;
import dev.merapi.kernels.pool.PoolGradientPlan;
import dev.merapi.kernels.pool.PoolPlan;
import dev.merapi.kernels.target.Target;
import dev.merapi.spi.Region;
import java.util.List;

/// Pooling, or its gradient. What is resident is the plan's table.
final class PoolKernel implements RegionKernel {
  /// Elements read below which a second thread costs more than it brings.
  private static final long WORTH_A_THREAD = 50_000;

  private final String label;
  private final long elements;
  private final PlanesPlan plan;
  private final Binding binding;

  /// Takes addresses from memory.
  private interface Binding {
    Phase.KernelCalls bind(Memory memory);
  }

  private PoolKernel(String label, long elements, PlanesPlan plan, Binding binding) {
    this.label = label;
    this.elements = elements;
    this.plan = plan;
    this.binding = binding;
  }

  static PoolKernel of(Region.Pool region, Target target) {
    PoolPlan plan = PoolPlan.of(region.window(), region.in().type(), target);
    return new PoolKernel(
        region.label(),
        region.in().type().shape().elements(),
        plan,
        memory -> {
          long x = memory.address(region.in().buffer());
          long y = memory.address(region.out().buffer());
          long table = memory.resident();
          return (calls, part, parts) -> plan.calls(calls, x, y, table, part, parts);
        });
  }

  static PoolKernel of(Region.PoolGradient region, Target target) {
    PoolGradientPlan plan = PoolGradientPlan.of(region.window(), region.in().type(), target);
    return new PoolKernel(
        region.label(),
        region.in().type().shape().elements(),
        plan,
        memory -> {
          long x = memory.address(region.in().buffer());
          long dy = memory.address(region.gradient().buffer());
          long dx = memory.address(region.out().buffer());
          long table = memory.resident();
          return (calls, part, parts) -> plan.calls(calls, x, dy, dx, table, part, parts);
        });
  }

  @Override
  public long work() {
    return elements;
  }

  @Override
  public String label() {
    return label;
  }

  @Override
  public long residentBytes() {
    return plan.tableBytes();
  }

  @Override
  public List<Phase> bind(Memory memory, int threads) {
    if (memory.isThere()) {
      plan.writeTable(memory.resident());
    }
    long worth = Math.min(plan.units(), elements / WORTH_A_THREAD);
    return List.of(Phase.kernels(worth, elements, binding.bind(memory)));
  }

  @Override
  public List<TieredKernel> kernels() {
    return plan.kernels();
  }

  @Override
  public void close() {
    plan.close();
  }
}
