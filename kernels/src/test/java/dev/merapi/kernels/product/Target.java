package dev.merapi.kernels.product;

import dev.merapi.kernels.ir.Routine;
import dev.merapi.kernels.ir.interpret.Interpreter;
import dev.merapi.kernels.ir.pass.Passes;
import dev.merapi.kernels.jit.Kernel;
import java.lang.foreign.MemorySegment;
import java.util.List;
import java.util.function.Consumer;

/// What runs routines in a test.
interface Target {
  /// Makes a kernel of a routine for as long as it is used.
  ///
  /// @param memory all that it may touch
  void with(Routine routine, List<MemorySegment> memory, Consumer<Kernel> use);

  /// The interpreter, which is the oracle.
  Target INTERPRETER =
      (routine, memory, use) -> {
        Routine passed = Passes.run(routine);
        Interpreter interpreter = new Interpreter(memory);
        use.accept((a, b, c, d, e, f) -> interpreter.run(passed, a, b, c, d, e, f));
      };
}
