package dev.merapi.kernels.loop;

import dev.merapi.MerapiException;
import dev.merapi.MerapiException.Kind;
import dev.merapi.kernels.emit.KernelCache;
import dev.merapi.kernels.emit.KernelClass;
import dev.merapi.kernels.emit.Lanes;
import dev.merapi.kernels.emit.TieredKernel;
import dev.merapi.spi.Buffer;
import dev.merapi.spi.LoopNest;
import java.util.Optional;
import java.util.function.ToLongFunction;

/// A compiled loop nest, without memory: bind it to addresses, then run it.
///
/// The work is a number of equal units; a run takes a range of them, so that threads can share it.
/// Which range computes an element makes no difference to its bits.
public final class LoopKernel {
  /// Counters are ints, and look up to a chain of the widest turns ahead.
  private static final long MAX_EXTENT = Integer.MAX_VALUE - 4096L;

  private final LoopNest nest;
  private final Plan plan;
  private final TieredKernel kernel;

  private LoopKernel(LoopNest nest, Plan plan, TieredKernel kernel) {
    this.nest = nest;
    this.plan = plan;
    this.kernel = kernel;
  }

  /// Compiles a nest for vectors of this width.
  ///
  /// @param cache shares the classes of nests of one structure
  /// @throws MerapiException of kind `ARGUMENT` if a loop is too long
  public static LoopKernel compile(LoopNest nest, Lanes lanes, KernelCache cache) {
    for (long extent : nest.extents()) {
      if (extent > MAX_EXTENT) {
        throw MerapiException.of(Kind.ARGUMENT, "loop too long")
            .with("extent", extent)
            .with("limit", MAX_EXTENT)
            .at(nest.label());
      }
    }
    Plan plan = Plan.of(nest, lanes);
    Structure structure = plan.structure();
    return new LoopKernel(
        nest, plan, cache.get(structure, () -> define(structure, NestPrinter.print(nest))));
  }

  private static TieredKernel define(Structure structure, String listing) {
    Lanes lanes = structure.lanes();
    String name = "Loop" + structure.form() + lanes.count();
    return new TieredKernel(
        KernelClass.define(
            name + "Twin", listing, code -> NestCode.emit(structure, Lanes.SCALAR, code)),
        () -> KernelClass.define(name, listing, code -> NestCode.emit(structure, lanes, code)),
        new LoopTrial(structure));
  }

  /// What runs: to warm up.
  public TieredKernel kernel() {
    return kernel;
  }

  /// Bytes of the argument block of a binding.
  public long argumentBytes() {
    return plan.structure().argumentBytes();
  }

  /// Bytes of scratch that each thread needs in a run.
  public long scratchBytes() {
    return plan.structure().scratchBytes();
  }

  /// Whether the lanes run along folded rows that are shorter than a vector, so that many idle.
  public boolean foldsShortRows() {
    return plan.structure().form() == Structure.Form.ROW
        && nest.extents().get(plan.schedule().vector()) < plan.schedule().lanes().count();
  }

  /// What somebody who wonders about speed should know.
  public Optional<String> diagnostic() {
    return plan.schedule().lanes() == Lanes.SCALAR && elements() >= 64
        ? Optional.of(
            nest.label() + ": scalar code, because no loop has unit strides in all accesses")
        : Optional.empty();
  }

  private long elements() {
    return nest.extents().stream().reduce(1L, Math::multiplyExact);
  }

  /// Binds the nest to memory.
  ///
  /// @param addresses where each buffer lies
  /// @param arguments where the argument block is to be written, 8-byte aligned; it must stay
  public BoundLoops bind(ToLongFunction<Buffer> addresses, long arguments) {
    return new BoundLoops(nest, plan, kernel, addresses, arguments);
  }
}
