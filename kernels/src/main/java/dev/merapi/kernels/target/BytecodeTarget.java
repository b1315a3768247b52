package dev.merapi.kernels.target;

import dev.merapi.kernels.bytecode.ScalarTarget;
import dev.merapi.kernels.bytecode.VectorTarget;
import dev.merapi.kernels.ir.Routine;
import dev.merapi.kernels.jit.Kernel;
import dev.merapi.kernels.jit.KernelCache;
import dev.merapi.kernels.jit.Lanes;
import dev.merapi.kernels.jit.TieredKernel;
import dev.merapi.kernels.jit.Trial;
import java.util.Optional;
import java.util.function.Supplier;

/// Makes Java bytecode of routines: on the Vector API, with a scalar twin until C2 has compiled
/// that, or scalar code only.
public final class BytecodeTarget implements Target {
  private final Lanes lanes;
  private final KernelCache kernels;
  private final Listener listener;

  /// @param routine its structure; equal for kernels that may share their code
  private record Key(Object routine, Lanes lanes) {}

  /// @param lanes of the widest vectors, or [Lanes#SCALAR] for none
  /// @param kernels shares them, as long as somebody has them
  public BytecodeTarget(Lanes lanes, KernelCache kernels) {
    this(lanes, kernels, Listener.NONE);
  }

  private BytecodeTarget(Lanes lanes, KernelCache kernels, Listener listener) {
    this.lanes = lanes;
    this.kernels = kernels;
    this.listener = listener;
  }

  @Override
  public int registerLanes() {
    return lanes.count();
  }

  /// Vector registers of this processor.
  public int registers() {
    return lanes.registers();
  }

  @Override
  public BytecodeTarget anew(Listener told) {
    return new BytecodeTarget(lanes, new KernelCache(), told);
  }

  @Override
  public MadeKernel make(Object key, Supplier<Routine> routine, Supplier<Trial> trial) {
    TieredKernel kernel = kernels.get(new Key(key, lanes), () -> tiers(routine.get(), trial.get()));
    return lanes == Lanes.SCALAR ? MadeKernel.scalar(kernel) : MadeKernel.of(kernel);
  }

  private TieredKernel tiers(Routine routine, Trial trial) {
    listener.made(routine, Optional.empty());
    if (lanes == Lanes.SCALAR) {
      return TieredKernel.scalar(routine.name(), ScalarTarget.compile(routine), trial);
    }
    VectorTarget.Result first = VectorTarget.compile(routine, lanes.bits());
    return first.refusal().isPresent()
        ? TieredKernel.scalar(routine.name(), first.kernel(), trial)
        : new TieredKernel(
            ScalarTarget.compile(routine), new Definitions(routine, first.kernel()), trial);
  }

  /// The vector class, defined anew in each call but the first.
  private final class Definitions implements Supplier<Kernel> {
    private final Routine routine;
    private Optional<Kernel> first;

    Definitions(Routine routine, Kernel first) {
      this.routine = routine;
      this.first = Optional.of(first);
    }

    @Override
    public Kernel get() {
      Kernel kernel = first.orElseGet(() -> VectorTarget.compile(routine, lanes.bits()).kernel());
      first = Optional.empty();
      return kernel;
    }
  }

  /// The width, for people.
  @Override
  public String toString() {
    return lanes == Lanes.SCALAR ? "no vectors" : "vectors of " + lanes.bits() + " bits";
  }
}
