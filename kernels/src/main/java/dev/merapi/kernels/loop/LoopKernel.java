package dev.merapi.kernels.loop;

import dev.merapi.MerapiException;
import dev.merapi.MerapiException.Kind;
import dev.merapi.kernels.jit.Kernel;
import dev.merapi.kernels.loop.Structure.Form;
import dev.merapi.kernels.target.BytecodeTarget;
import dev.merapi.kernels.target.MachineTarget;
import dev.merapi.kernels.target.PlanKernels;
import dev.merapi.kernels.target.Target;
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
  private final NestShape shape;
  private final SlowLoops slow;
  private final Kernel kernel;

  LoopKernel(LoopNest nest, Plan plan, NestShape shape, Kernel kernel) {
    this.nest = nest;
    this.plan = plan;
    this.shape = shape;
    this.slow = new SlowLoops(plan.structure(), shape.slow());
    this.kernel = kernel;
  }

  /// Compiles a nest.
  ///
  /// @param kernels what makes its kernel, and gives it back
  /// @throws MerapiException of kind `ARGUMENT` if a loop is too long
  public static LoopKernel compile(LoopNest nest, PlanKernels kernels) {
    for (long extent : nest.extents()) {
      if (extent > MAX_EXTENT) {
        throw MerapiException.of(Kind.ARGUMENT, "loop too long")
            .with("extent", extent)
            .with("limit", MAX_EXTENT)
            .at(nest.label())
            .hint("divide the axis into two");
      }
    }
    Plan plan = Plan.of(nest);
    Structure structure = plan.structure();
    int registers = registers(kernels.target());
    NestShape shape = shape(nest, plan, kernels.target());
    Kernel kernel =
        kernels.make(
            new NestKey(structure, shape),
            () -> NestRoutine.of(structure, shape),
            () -> new NestTrial(structure, shape, registers));
    return new LoopKernel(nest, plan, shape, kernel);
  }

  static NestShape shape(LoopNest nest, Plan plan, Target target) {
    int registers = registers(target);
    NestShape shape = NestShape.of(nest, plan, registers);
    return switch (target) {
      case MachineTarget _ -> shape;
      case BytecodeTarget _ -> shape.small(plan.structure(), registers);
    };
  }

  /// Scalar code walks lanes in loops, which the JIT knows how to compile.
  private static int registers(Target target) {
    return target.registerLanes() == 1 ? Structure.PARTIALS : target.registerLanes();
  }

  /// Bytes of the argument block of a binding.
  public long argumentBytes() {
    return slow.argumentBytes();
  }

  /// Bytes of scratch that each thread needs in a run: the place where a call begins, and the one
  /// where it is.
  public long scratchBytes() {
    return 2L * slow.placeBytes();
  }

  /// Whether the lanes run along folded rows that are shorter than a vector, so that many idle.
  public boolean foldsShortRows() {
    return plan.structure().form() == Form.ROW
        && nest.extents().get(plan.schedule().vector()) < Structure.PARTIALS;
  }

  /// What somebody who wonders about speed should know.
  public Optional<String> diagnostic() {
    return plan.structure().isStrided() && shape.lanes() == 1 && elements() >= 64
        ? Optional.of(
            nest.label() + ": scalar code, because no loop has unit strides in all accesses")
        : Optional.empty();
  }

  private long elements() {
    return nest.extents().stream().reduce(1L, Math::multiplyExact);
  }

  /// Binds the nest to memory; nothing is written yet.
  ///
  /// @param addresses where each buffer lies
  /// @param arguments where the argument block is to lie, 8-byte aligned
  public BoundLoops bind(ToLongFunction<Buffer> addresses, long arguments) {
    return new BoundLoops(nest, plan, shape, kernel, addresses, arguments);
  }
}
