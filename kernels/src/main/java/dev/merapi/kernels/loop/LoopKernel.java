package dev.merapi.kernels.loop;

import dev.merapi.MerapiException;
import dev.merapi.MerapiException.Kind;
import dev.merapi.kernels.emit.KernelCache;
import dev.merapi.kernels.emit.KernelClass;
import dev.merapi.kernels.emit.Lanes;
import dev.merapi.kernels.emit.TieredKernel;
import dev.merapi.kernels.target.MachineTarget;
import dev.merapi.spi.Buffer;
import dev.merapi.spi.LoopNest;
import java.util.Optional;
import java.util.function.ToLongFunction;

/// A compiled loop nest, without memory: bind it to addresses, then run it.
///
/// The work is a number of equal units; a run takes a range of them, so that threads can share it.
/// Which range computes an element makes no difference to its bits.
public final class LoopKernel implements AutoCloseable {
  /// Counters are ints, and look up to a chain of the widest turns ahead.
  private static final long MAX_EXTENT = Integer.MAX_VALUE - 4096L;

  private final LoopNest nest;
  private final Plan plan;
  private final LoopCode code;

  LoopKernel(LoopNest nest, Plan plan, LoopCode code) {
    this.nest = nest;
    this.plan = plan;
    this.code = code;
  }

  /// Compiles a nest for vectors of this width.
  ///
  /// @param cache shares the classes of nests of one structure
  /// @throws MerapiException of kind `ARGUMENT` if a loop is too long
  public static LoopKernel compile(LoopNest nest, Lanes lanes, KernelCache cache) {
    Plan plan = plan(nest, lanes);
    Structure structure = plan.structure();
    TieredKernel tiers = cache.get(structure, () -> define(structure, NestPrinter.print(nest)));
    return new LoopKernel(nest, plan, new LoopCode.Tiered(tiers));
  }

  /// Compiles a nest to machine code. It is closed when no call of it is running any more.
  ///
  /// @param lanes of vectors on the other target, on which nothing here depends
  /// @return empty if the system refuses code
  /// @throws MerapiException of kind `ARGUMENT` if a loop is too long
  public static Optional<LoopKernel> compile(LoopNest nest, Lanes lanes, MachineTarget target) {
    Plan plan = plan(nest, lanes);
    Structure structure = plan.structure();
    NestShape shape = NestShape.of(nest, plan, target.registerLanes());
    return target
        .kernel(new NestKey(structure, shape), () -> NestRoutine.of(structure, shape))
        .map(kernel -> new LoopKernel(nest, plan, LoopCode.Whole.of(kernel, shape)));
  }

  private static Plan plan(LoopNest nest, Lanes lanes) {
    for (long extent : nest.extents()) {
      if (extent > MAX_EXTENT) {
        throw MerapiException.of(Kind.ARGUMENT, "loop too long")
            .with("extent", extent)
            .with("limit", MAX_EXTENT)
            .at(nest.label());
      }
    }
    return Plan.of(nest, lanes);
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

  /// What is to be warmed up: nothing, where it is machine code.
  public Optional<TieredKernel> tiers() {
    return code instanceof LoopCode.Tiered(TieredKernel tiers)
        ? Optional.of(tiers)
        : Optional.empty();
  }

  /// Bytes of the argument block of a binding.
  public long argumentBytes() {
    return slowLoops().map(SlowLoops::argumentBytes).orElseGet(plan.structure()::argumentBytes);
  }

  /// Bytes of scratch that each thread needs in a run.
  public long scratchBytes() {
    return slowLoops().map(SlowLoops::scratchBytes).orElseGet(plan.structure()::scratchBytes);
  }

  private Optional<SlowLoops> slowLoops() {
    return code instanceof LoopCode.Whole whole
        ? Optional.of(new SlowLoops(plan.structure(), whole.shape().slow()))
        : Optional.empty();
  }

  /// Whether the lanes run along folded rows that are shorter than a vector, so that many idle.
  public boolean foldsShortRows() {
    return plan.structure().form() == Structure.Form.ROW
        && nest.extents().get(plan.schedule().vector()) < plan.schedule().lanes().count();
  }

  /// What somebody who wonders about speed should know.
  public Optional<String> diagnostic() {
    boolean isScalar =
        switch (code) {
          case LoopCode.Tiered _ -> plan.schedule().lanes() == Lanes.SCALAR;
          case LoopCode.Whole whole -> whole.shape().lanes() == 1;
        };
    return isScalar && elements() >= 64
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
    return new BoundLoops(nest, plan, code, addresses, arguments);
  }

  /// Gives machine code back.
  @Override
  public void close() {
    if (code instanceof LoopCode.Whole whole) {
      whole.close().run();
    }
  }
}
