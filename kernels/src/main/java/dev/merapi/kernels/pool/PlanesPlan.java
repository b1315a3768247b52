package dev.merapi.kernels.pool;

import dev.merapi.kernels.ir.Routine;
import dev.merapi.kernels.jit.CallTime;
import dev.merapi.kernels.jit.Kernel;
import dev.merapi.kernels.jit.TieredKernel;
import dev.merapi.kernels.jit.Trial;
import dev.merapi.kernels.target.PlanKernels;
import dev.merapi.kernels.target.Target;
import java.util.List;
import java.util.function.Supplier;

/// What a kernel does to planes of one size. A part of a run takes consecutive planes in one call.
///
/// A plan is immutable and may be used by several threads at once, each with a part of the planes.
public abstract sealed class PlanesPlan implements AutoCloseable
    permits PoolPlan, PoolGradientPlan {
  private final Planes planes;
  private final WindowTable table;
  private final PlanKernels kernels;
  private final Kernel brief;
  private final Kernel lasting;

  PlanesPlan(
      Planes planes,
      WindowTable table,
      Target target,
      Object key,
      Supplier<Routine> routine,
      Supplier<Trial> trial) {
    this.planes = planes;
    this.table = table;
    this.kernels = new PlanKernels(target);
    this.brief = kernels.make(key, routine, trial);
    this.lasting = brief.lasting();
  }

  /// The kernels that a warm-up makes faster.
  public List<TieredKernel> kernels() {
    return kernels.tiers();
  }

  /// Bytes of the table that a run reads.
  public long tableBytes() {
    return table.bytes();
  }

  /// Writes it to an address, where it stays for as long as there are runs.
  public void writeTable(long address) {
    table.write(address);
  }

  /// The most parts that all have something to compute.
  public long units() {
    return planes.count();
  }

  /// The first plane of a part.
  int first(int part, int parts) {
    return (int) ((long) planes.count() * part / parts);
  }

  /// What takes so many planes.
  Kernel kernel(int count) {
    return CallTime.isBrief(planes.reads(count) * CallTime.ALONE) ? brief : lasting;
  }

  /// Gives the code back. No run may be going on.
  @Override
  public void close() {
    kernels.close();
  }
}
