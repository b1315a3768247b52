package dev.merapi.kernels.bytecode;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.merapi.kernels.ir.Routine;
import dev.merapi.kernels.ir.random.Forms;
import dev.merapi.kernels.ir.random.RandomRoutine;
import dev.merapi.kernels.ir.random.RandomRoutine.Placed;
import dev.merapi.kernels.ir.random.RandomRoutines;
import dev.merapi.kernels.jit.Kernel;
import java.lang.foreign.Arena;
import java.util.Arrays;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.function.UnaryOperator;

/// Compiles drawn routines and compares what they leave in memory with what the interpreter does.
final class DrawnKernels {
  private final UnaryOperator<Routine> passes;
  private final Function<Routine, Kernel> target;
  private final Set<String> missing = Forms.all();

  DrawnKernels(UnaryOperator<Routine> passes, Function<Routine, Kernel> target) {
    this.passes = passes;
    this.target = target;
  }

  /// Compares one.
  void check(long seed) {
    RandomRoutine drawn = RandomRoutines.draw(seed);
    Routine routine = passes.apply(drawn.routine());
    try (Arena arena = Arena.ofConfined()) {
      Placed expected = drawn.interpret(arena);
      Placed actual = drawn.place(arena);
      try {
        run(target.apply(routine), actual.arguments());
      } catch (Throwable e) {
        throw new AssertionError("seed=" + seed + "\n" + routine, e);
      }
      assertEquals(Optional.empty(), drawn.difference(expected, actual), () -> routine.toString());
    }
    routine.forEach(each -> missing.remove(Forms.of(each)));
  }

  /// The forms of instructions that were in none.
  Set<String> missing() {
    return new TreeSet<>(missing);
  }

  /// Calls a kernel; what it has no argument for is 0.
  static void run(Kernel kernel, long... arguments) {
    long[] all = Arrays.copyOf(arguments, Kernel.ARITY);
    kernel.run(all[0], all[1], all[2], all[3], all[4], all[5]);
  }
}
