package dev.merapi.kernels.target;

import dev.merapi.kernels.ir.Routine;
import dev.merapi.kernels.jit.Kernel;
import dev.merapi.kernels.jit.TieredKernel;
import dev.merapi.kernels.jit.Trial;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;

/// The kernels of one plan, made one after the other and given back together. For use by one thread
/// until the last is made.
public final class PlanKernels implements AutoCloseable {
  private final Target target;
  private final List<MadeKernel> made = new ArrayList<>();

  public PlanKernels(Target target) {
    this.target = target;
  }

  /// What they are made for.
  public Target target() {
    return target;
  }

  /// Makes a kernel, or finds an equal one, see [Target#make].
  public Kernel make(Object key, Supplier<Routine> routine, Supplier<Trial> trial) {
    MadeKernel kernel = target.make(key, routine, trial);
    made.add(kernel);
    return kernel.kernel();
  }

  /// Those that a warm-up makes faster, each once.
  public List<TieredKernel> tiers() {
    return made.stream().map(MadeKernel::tiers).flatMap(Optional::stream).distinct().toList();
  }

  /// Gives back what nobody else uses. No call may be running.
  @Override
  public void close() {
    made.forEach(each -> each.release().run());
  }
}
