package dev.merapi.kernels.cpu;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.merapi.kernels.GuardedMemory;
import dev.merapi.kernels.jit.Kernel;
import dev.merapi.kernels.jit.Memory;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class WrittenCallsTest {
  private static final int THREADS = 3;
  private static final Kernel JAVA = (_, _, _, _, _, _) -> {};

  /// A kernel that somebody believes to be machine code.
  private record Code(long entry, boolean isLasting) implements Kernel {
    @Override
    public void run(long p0, long p1, long p2, long p3, long p4, long p5) {
      throw new AssertionError("called, not walked along");
    }
  }

  /// Notes the first arguments of all calls between two addresses.
  private static final class Walker implements Kernel {
    private final List<String> log;
    private final String name;

    Walker(List<String> log, String name) {
      this.log = log;
      this.name = name;
    }

    @Override
    public void run(long from, long to, long p2, long p3, long p4, long p5) {
      StringBuilder text = new StringBuilder(name);
      for (long at = from; at < to; at += 64) {
        text.append(' ').append(Memory.ALL.get(ValueLayout.JAVA_LONG, at + 8));
      }
      log.add(text.toString());
    }

    @Override
    public Kernel lasting() {
      return new Walker(log, "long");
    }
  }

  /// One call for each part, whose argument is ten times a number plus the part.
  private static Phase phase(int number, long worth, long work, Kernel kernel) {
    return Phase.kernels(
        worth, work, (calls, part, _) -> calls.call(kernel, 10L * number + part, 0, 0, 0, 0, 0));
  }

  private static Phase phase(int number) {
    return phase(number, 1, 1, new Code(1, false));
  }

  /// What is done when all parts of all phases are run in their order.
  private static List<String> run(int threads, List<String> log, List<Phase> phases) {
    WrittenCalls calls = WrittenCalls.of(phases, threads);
    try (GuardedMemory memory = GuardedMemory.ofEnds()) {
      MemorySegment table = memory.allocate(calls.bytes(), 8);
      for (Phase each :
          calls.write(phases, table.address(), new Walker(log, "walk"), WrittenCallsTest.class)) {
        int parts = each.parts(threads);
        for (int part = 0; part < parts; part++) {
          each.run(part, parts);
        }
      }
      List<String> done = List.copyOf(log);
      log.clear();
      return done;
    }
  }

  @Test
  void phasesOfOnePartAreWalkedAtOnce() {
    List<String> log = new ArrayList<>();
    assertEquals(List.of("walk 10 20 30"), run(1, log, List.of(phase(1), phase(2), phase(3))));
    assertEquals(List.of("walk 10 20"), run(THREADS, log, List.of(phase(1), phase(2))));
    assertEquals(List.of(), run(1, log, List.of()));
  }

  @Test
  void whatIsJavaIsDoneInBetween() {
    List<String> log = new ArrayList<>();
    List<Phase> phases =
        List.of(
            phase(1),
            phase(2),
            Phase.single(() -> log.add("java")),
            phase(3),
            Phase.kernels(
                1,
                1,
                (calls, _, _) -> {
                  log.add("bytecode");
                  calls.call(JAVA, 0, 0, 0, 0, 0, 0);
                }));
    List<String> done = run(1, log, phases);
    // it was called once to be counted
    assertEquals(List.of("bytecode", "walk 10 20", "java", "walk 30", "bytecode"), done);
  }

  @Test
  void sharedPhasesKeepTheirParts() {
    List<String> log = new ArrayList<>();
    Phase shared = phase(2, 2, 1, new Code(1, false));
    assertEquals(
        List.of("walk 10", "walk 20", "walk 21", "walk 30"),
        run(THREADS, log, List.of(phase(1), shared, phase(3))));
    assertEquals(List.of("walk 10 20 30"), run(1, log, List.of(phase(1), shared, phase(3))));
  }

  /// The collector waits neither for one long call nor for many short ones.
  @Test
  void longWalksDoNotHoldTheCollectorUp() {
    List<String> log = new ArrayList<>();
    Code brief = new Code(1, false);
    assertEquals(List.of("long 10"), run(1, log, List.of(phase(1, 1, 1, new Code(1, true)))));
    assertEquals(
        List.of("walk 10 20"),
        run(1, log, List.of(phase(1, 1, 250_000, brief), phase(2, 1, 250_000, brief))));
    assertEquals(
        List.of("long 10 20"),
        run(1, log, List.of(phase(1, 1, 250_000, brief), phase(2, 1, 250_001, brief))));
    // what was long before says nothing about what follows
    assertEquals(
        List.of("long 10", "java", "walk 20"),
        run(
            1,
            log,
            List.of(phase(1, 1, 1_000_000, brief), Phase.single(() -> log.add("java")), phase(2))));
    assertEquals(
        List.of("walk 10", "walk 11"), run(2, log, List.of(phase(1, 2, 1_000_000, brief))));
  }

  @Test
  void tooManyCallsAreNotWrittenDown() {
    List<String> log = new ArrayList<>();
    int most = 1 << 15;
    for (int count : new int[] {most, most + 1}) {
      Kernel kernel =
          new Kernel() {
            @Override
            public void run(long p0, long p1, long p2, long p3, long p4, long p5) {
              if (p0 == 0) {
                log.add("called");
              }
            }

            @Override
            public long entry() {
              return 1;
            }
          };
      Phase phase =
          Phase.kernels(
              1,
              1,
              (calls, _, _) -> {
                for (int i = 0; i < count; i++) {
                  calls.call(kernel, i, 0, 0, 0, 0, 0);
                }
              });
      List<String> done = run(1, log, List.of(phase));
      assertEquals(count > most, done.equals(List.of("called")));
      assertEquals(count <= most, done.getFirst().startsWith("walk 0 1 2 3"));
    }
    assertTrue(WrittenCalls.of(List.of(phase(1)), 1).bytes() == 64);
    assertFalse(WrittenCalls.none(1).bytes() > 0);
  }
}
