package dev.merapi.kernels.product;

import dev.merapi.kernels.ir.Routine;
import dev.merapi.kernels.ir.interpret.Interpreter;
import dev.merapi.kernels.ir.pass.Passes;
import java.lang.foreign.MemorySegment;
import java.util.List;

/// What runs routines in a test.
interface Target {
  /// @param memory all that the routine may touch
  void run(Routine routine, List<MemorySegment> memory, List<long[]> calls);

  /// The interpreter, which is the oracle.
  Target INTERPRETER =
      (routine, memory, calls) -> {
        Routine passed = Passes.run(routine);
        Interpreter interpreter = new Interpreter(memory);
        calls.forEach(words -> interpreter.run(passed, words));
      };
}
