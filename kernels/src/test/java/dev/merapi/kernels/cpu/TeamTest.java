package dev.merapi.kernels.cpu;

import static dev.merapi.Model.input;
import static dev.merapi.graph.TensorType.f32;
import static dev.merapi.nn.Activations.relu;
import static dev.merapi.nn.Layers.dense;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.merapi.CompileOptions;
import dev.merapi.CompiledModel;
import dev.merapi.Model;
import dev.merapi.RandomKey;
import dev.merapi.Session;
import dev.merapi.nn.Sequential;
import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicIntegerArray;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/// Threads that share the runs of all models.
@Timeout(120)
class TeamTest {
  private static final int PARTS = 3;

  private interface Work {
    void run(int part, int parts);
  }

  private static Phase work(int parts, Work work) {
    return Phase.kernels(parts, 0, (_, part, count) -> work.run(part, count));
  }

  /// Phases of three parts, each of which adds one to a counter of its own.
  private static List<Phase> counting(AtomicIntegerArray counts, int phases) {
    var list = new ArrayList<Phase>();
    for (int i = 0; i < phases; i++) {
      int first = i * PARTS;
      list.add(work(PARTS, (part, _) -> counts.incrementAndGet(first + part)));
    }
    return list;
  }

  @Test
  void theCallerTakesWhatNobodyHasBegun() {
    var counts = new AtomicIntegerArray(5 * PARTS);
    var schedule = new Schedule(counting(counts, 5), PARTS);
    schedule.begin();
    schedule.runAsCaller(); // nobody else is there
    for (int i = 0; i < counts.length(); i++) {
      assertEquals(1, counts.get(i));
    }
  }

  @Test
  void eachPartIsComputedOnceInEachRunAndAfterTheOnesBefore() {
    var team = new Team(PARTS);
    int phases = 20;
    var counts = new AtomicIntegerArray(phases * PARTS);
    var early = new AtomicInteger();
    var list = new ArrayList<Phase>();
    for (int i = 0; i < phases; i++) {
      int first = i * PARTS;
      list.add(
          work(
              i % 4 == 3 ? 1 : PARTS,
              (part, parts) -> {
                int run = counts.get(first + part) + 1;
                for (int before = 0; before < first; before++) {
                  if (counts.get(before) != run) {
                    early.incrementAndGet();
                  }
                }
                for (int each = part; each < PARTS; each += parts) {
                  counts.incrementAndGet(first + each);
                }
              }));
    }
    var schedule = new Schedule(list, PARTS);
    for (int run = 1; run <= 5_000; run++) {
      assertTrue(team.tryRun(schedule));
      for (int i = 0; i < counts.length(); i++) {
        assertEquals(run, counts.get(i));
      }
    }
    assertEquals(0, early.get());
    team.retire();
  }

  @Test
  void whatAPartThrowsComesFromTheRunAndTheTeamIsAsItWas() {
    var team = new Team(PARTS);
    var error = new AssertionError("of a part");
    var counts = new AtomicIntegerArray(PARTS);
    for (int failing = 0; failing < PARTS; failing++) {
      int which = failing;
      var phases = new ArrayList<Phase>();
      phases.add(
          work(
              PARTS,
              (part, _) -> {
                if (part == which) {
                  throw error;
                }
              }));
      phases.addAll(counting(counts, 1));
      var schedule = new Schedule(phases, PARTS);
      assertSame(error, assertThrows(AssertionError.class, () -> team.tryRun(schedule)));
      assertEquals(0, counts.get(0) + counts.get(1) + counts.get(2));
      assertFalse(team.isRetired());
      assertTrue(team.tryRun(new Schedule(counting(new AtomicIntegerArray(PARTS), 1), PARTS)));
    }
    team.retire();
  }

  /// Threads of teams that live, by name.
  private static List<Thread> workers() {
    return Thread.getAllStackTraces().keySet().stream()
        .filter(thread -> thread.getName().matches("merapi-[0-9]+"))
        .toList();
  }

  private static Model model() {
    var net = Sequential.of(dense(64, 128), relu(), dense(128, 128), relu(), dense(128, 8));
    return Model.of(net, input("x", f32("N", 64)), RandomKey.of(3));
  }

  private static float[] rows() {
    return RandomKey.of(7).normal(64 * 64, 0, 1);
  }

  @Test
  void modelsThatNobodyClosesCostNoThreads() {
    int before = workers().size(); // of other tests
    for (int i = 0; i < 20; i++) {
      CompiledModel compiled = model().compile(CompileOptions.cpu().size("N", 64).threads(2));
      Session session = compiled.newSession();
      session.run();
    }
    int most = Math.max(1, Runtime.getRuntime().availableProcessors() / 2);
    int more = workers().size() - before;
    assertTrue(more <= most, () -> "threads: " + more);
  }

  @Test
  void idleWorkersCostNothingThoughInterrupted() throws Exception {
    var team = new Team(PARTS);
    assertTrue(team.tryRun(new Schedule(counting(new AtomicIntegerArray(PARTS), 1), PARTS)));
    var threads = ManagementFactory.getThreadMXBean();
    List<Thread> all = workers();
    all.forEach(Thread::interrupt);
    Thread.sleep(50);
    long before = all.stream().mapToLong(each -> threads.getThreadCpuTime(each.threadId())).sum();
    Thread.sleep(500);
    long spent =
        all.stream().mapToLong(each -> threads.getThreadCpuTime(each.threadId())).sum() - before;
    assertTrue(spent < 100_000_000, () -> "CPU time in 500 ms, ms: " + spent / 1_000_000);
    var counts = new AtomicIntegerArray(PARTS);
    assertTrue(team.tryRun(new Schedule(counting(counts, 1), PARTS)));
    team.retire();
  }

  @Test
  void moreThreadsThanTheMachineHasUseForAreNotStartedAndItSaysSo() {
    int asked = 4000;
    int before = workers().size();
    try (CompiledModel compiled =
            model().compile(CompileOptions.cpu().size("N", 64).threads(asked));
        Session session = compiled.newSession()) {
      session.run();
      int more = workers().size() - before;
      assertTrue(more < Teams.mostThreads(), () -> "threads: " + more);
      assertTrue(
          compiled.diagnostics().stream().anyMatch(line -> line.contains("not 4000")),
          () -> compiled.diagnostics().toString());
    }
  }

  /// Recurses until the stack overflows, and does something on the way back up, again and again.
  private static void overflow(Runnable action, AtomicInteger left) {
    try {
      overflow(action, left);
    } catch (StackOverflowError e) {
      // deeper than here there is no room for anything
    }
    if (left.get() > 0) {
      left.decrementAndGet();
      try {
        action.run();
      } catch (StackOverflowError e) {
        // here neither
      }
    }
  }

  @Test
  void anOverflowOfTheStackLeavesEverythingUsable() throws Exception {
    for (int threads = 1; threads <= 2; threads++) {
      var options = CompileOptions.cpu().upTo("N", 64).threads(threads);
      try (CompiledModel compiled = model().compile(options);
          Session session = compiled.newSession()) {
        session.input("x").copyFrom(rows());
        session.run();
        float[] expected = session.output(Model.OUTPUT).toFloats();
        var failure = new AtomicReference<Throwable>();
        var input = Map.of("x", rows());
        List<Runnable> actions =
            List.of(session::run, () -> compiled.run(input), () -> resize(session));
        for (Runnable action : actions) {
          var thread =
              new Thread(
                  null,
                  () -> {
                    try {
                      overflow(action, new AtomicInteger(150));
                    } catch (Throwable e) {
                      failure.set(e);
                    }
                  },
                  "deep",
                  300 << 10);
          thread.start();
          assertTrue(thread.join(Duration.ofSeconds(60)), "hangs");
          assertEquals(null, failure.get());
        }
        session.resize("N", 64);
        session.input("x").copyFrom(rows());
        for (int i = 0; i < 50; i++) {
          session.run();
          assertArrayEquals(expected, session.output(Model.OUTPUT).toFloats());
          assertArrayEquals(expected, compiled.run(input).get(Model.OUTPUT));
        }
      }
    }
  }

  private static void resize(Session session) {
    session.resize("N", 64 - session.sizes().get("N") + 1);
  }

  @Test
  void workersThatComeLateComputeNothingOfARunThatIsOver() {
    var team = new Team(2);
    var wrong = new AtomicInteger();
    for (int i = 0; i < 2_000; i++) {
      var open = new AtomicBoolean(true);
      var schedule =
          new Schedule(
              List.of(
                  work(
                      2,
                      (_, _) -> {
                        if (!open.get()) {
                          wrong.incrementAndGet();
                        }
                      })),
              2);
      assertTrue(team.tryRun(schedule));
      open.set(false);
    }
    assertEquals(0, wrong.get());
    team.retire();
  }
}
