package dev.merapi.kernels.machine.lower;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.merapi.kernels.ir.Routine;
import dev.merapi.kernels.ir.pass.Passes;
import dev.merapi.kernels.ir.random.Forms;
import dev.merapi.kernels.ir.random.RandomRoutine;
import dev.merapi.kernels.ir.random.RandomRoutine.Placed;
import dev.merapi.kernels.ir.random.RandomRoutines;
import dev.merapi.kernels.machine.Cpu;
import java.lang.foreign.Arena;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// Drawn routines leave in memory what the interpreter leaves, to the bit. More of them:
/// `-Dmerapi.test.routines=100000`.
class RandomCodeTest {
  private static final int COUNT = Integer.getInteger("merapi.test.routines", 2000);

  @ParameterizedTest
  @EnumSource(names = {"AVX2", "AVX512"})
  void codeDoesWhatTheInterpreterDoes(Cpu.Level level) {
    Compiled.assume(level);
    Set<String> missing = Forms.all();
    for (long seed = 0; seed < COUNT; seed++) {
      RandomRoutine drawn = RandomRoutines.draw(seed);
      check(drawn, Compiled.of(drawn.routine(), level));
      meet(drawn.routine(), missing);
    }
    if (COUNT >= 2000) {
      assertEquals(Set.of(), missing);
    }
  }

  @ParameterizedTest
  @EnumSource(names = {"AVX2", "AVX512"})
  void codeInTheConventionOfWindowsDoesTheSame(Cpu.Level level) {
    Compiled.assume(level);
    for (long seed = 0; seed < COUNT / 5; seed++) {
      RandomRoutine drawn = RandomRoutines.draw(seed);
      check(drawn, Compiled.ofWindows(drawn.routine(), level));
    }
  }

  private static void check(RandomRoutine drawn, Compiled compiled) {
    try (Arena arena = Arena.ofConfined();
        Compiled code = compiled) {
      Placed expected = drawn.interpret(arena);
      Placed actual = drawn.place(arena);
      code.run(actual.arguments());
      Optional<String> difference = drawn.difference(expected, actual);
      assertEquals(Optional.empty(), difference, () -> drawn.routine().toString());
    }
  }

  private static void meet(Routine routine, Set<String> missing) {
    Passes.run(routine).forEach(instruction -> missing.remove(Forms.of(instruction)));
  }
}
