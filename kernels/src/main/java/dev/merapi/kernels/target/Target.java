package dev.merapi.kernels.target;

import dev.merapi.kernels.ir.Routine;
import dev.merapi.kernels.jit.Trial;
import dev.merapi.spi.LoopLimits;
import java.util.function.Supplier;

/// What kernels are made for: it turns routines into kernels, and equal ones share their code. Safe
/// for use by several threads.
public sealed interface Target permits MachineTarget, BytecodeTarget {
  /// Lanes of `f32` in a register, for which routines are written; 1 where there are no vectors.
  int registerLanes();

  /// How large kernels of elementwise code may grow.
  default LoopLimits limits() {
    return LoopLimits.COMMON;
  }

  /// The same target, with kernels of its own, so that all are made anew.
  ///
  /// @param told of each
  Target anew(Listener told);

  /// The same target, with the same kernels, for those of one program: what is new among them is
  /// compiled by several threads and placed in memory together, so none may be called before
  /// [#place].
  default Target together() {
    return this;
  }

  /// Makes the kernels of a target of [#together] ready to be called. Errors of their compilation
  /// come out here.
  ///
  /// @return false if the system refuses them. They are to be given back then and made again, which
  ///   gives those of the next target.
  default boolean place() {
    return true;
  }

  /// A kernel, made if nobody has one of that key.
  ///
  /// @param key a value that says all that the routine depends on
  /// @param routine writes it, on any thread
  /// @param trial drives the kernel where a JIT has to be made to compile it
  MadeKernel make(Object key, Supplier<Routine> routine, Supplier<Trial> trial);
}
