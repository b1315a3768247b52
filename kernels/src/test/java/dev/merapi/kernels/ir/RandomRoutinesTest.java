package dev.merapi.kernels.ir;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.merapi.kernels.ir.pass.CommonValues;
import dev.merapi.kernels.ir.pass.DeadCode;
import dev.merapi.kernels.ir.pass.HoistInvariants;
import dev.merapi.kernels.ir.pass.Passes;
import dev.merapi.kernels.ir.random.Forms;
import dev.merapi.kernels.ir.random.RandomRoutine;
import dev.merapi.kernels.ir.random.RandomRoutine.Placed;
import dev.merapi.kernels.ir.random.RandomRoutines;
import java.lang.foreign.Arena;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;

/// Drawn routines run, and passes do not change what they do. More of them:
/// `-Dmerapi.test.routines=100000`.
class RandomRoutinesTest {
  private static final int COUNT = Integer.getInteger("merapi.test.routines", 1000);

  @Test
  void passesKeepTheResults() {
    for (long seed = 0; seed < COUNT; seed++) {
      RandomRoutine drawn = RandomRoutines.draw(seed);
      try (Arena arena = Arena.ofConfined()) {
        Placed expected = drawn.interpret(arena);
        assertSame(drawn, expected, Passes::run);
        if (seed % 4 == 0) {
          assertSame(drawn, expected, HoistInvariants::run);
          assertSame(drawn, expected, CommonValues::run);
          assertSame(drawn, expected, DeadCode::run);
        }
      }
    }
  }

  private static void assertSame(
      RandomRoutine drawn, Placed expected, UnaryOperator<Routine> pass) {
    RandomRoutine changed = drawn.with(Verifier.verify(pass.apply(drawn.routine())));
    try (Arena arena = Arena.ofConfined()) {
      Optional<String> difference = drawn.difference(expected, changed.interpret(arena));
      assertEquals(Optional.empty(), difference, () -> drawn.routine() + "\n" + changed.routine());
    }
  }

  @Test
  void aSeedGivesOneRoutine() {
    for (long seed = 0; seed < 50; seed++) {
      assertEquals(
          RandomRoutines.draw(seed).routine().toString(),
          RandomRoutines.draw(seed).routine().toString());
    }
  }

  /// What dead code is dropped from still has every form, so that each reaches memory.
  @Test
  void everyFormOfInstructionIsDrawn() {
    Set<String> missing = Forms.all();
    Set<Integer> counts = new TreeSet<>();
    for (long seed = 0; seed < 2000; seed++) {
      Passes.run(RandomRoutines.draw(seed).routine())
          .forEach(instruction -> {
            missing.remove(Forms.of(instruction));
            for (Value result : instruction.results()) {
              if (result.type() instanceof VectorType type) {
                counts.add(type.count());
              }
            }
          });
    }
    assertEquals(Set.of(), missing);
    assertEquals(Set.of(1, 2, 4, 8, 16, 32, 64), counts);
  }

  @Test
  void someRoutinesNeedMoreRegistersThanThereAre() {
    int most = 0;
    for (long seed = 0; seed < 200; seed++) {
      Routine routine = Passes.run(RandomRoutines.draw(seed).routine());
      most = Math.max(most, mostLive(routine.body(), Definitions.of(routine)));
    }
    assertTrue(most > 48, "most live vectors: " + most);
  }

  /// The most vectors that are live at once between the instructions of a block.
  private static int mostLive(Block block, Definitions definitions) {
    Set<Value> live = new TreeSet<>((a, b) -> Integer.compare(a.id(), b.id()));
    int most = 0;
    for (Instruction instruction : block.instructions().reversed()) {
      instruction.results().forEach(live::remove);
      instruction.operands().stream()
          .filter(each -> each.type() instanceof VectorType)
          .filter(each -> definitions.constant(each).isEmpty())
          .forEach(live::add);
      most = Math.max(most, live.size());
    }
    return most;
  }
}
