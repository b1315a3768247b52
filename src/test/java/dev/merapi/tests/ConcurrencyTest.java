package dev.merapi.tests;

import static dev.merapi.Model.input;
import static dev.merapi.graph.TensorType.f32;
import static dev.merapi.nn.Activations.relu;
import static dev.merapi.nn.Layers.dense;
import static dev.merapi.optim.Sgd.sgd;
import static dev.merapi.train.Losses.mse;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.merapi.CompileOptions;
import dev.merapi.CompiledModel;
import dev.merapi.MerapiException;
import dev.merapi.MerapiException.Kind;
import dev.merapi.Model;
import dev.merapi.RandomKey;
import dev.merapi.Session;
import dev.merapi.TrainStep;
import dev.merapi.nn.Sequential;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Models that many threads use, and close, at once.
@Timeout(300)
class ConcurrencyTest {
  private static final int FEATURES = 64;
  private static final Duration LONG_ENOUGH = Duration.ofMillis(1000);

  private static Model model() {
    var net = Sequential.of(dense(FEATURES, 96), relu(), dense(96, 8));
    return Model.of(net, input("x", f32("N", FEATURES)), RandomKey.of(5));
  }

  private static float[] rows(int seed, int count) {
    return RandomKey.of(seed).normal(count * FEATURES, 0, 1);
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 3})
  void manyVirtualThreadsGetTheirOwnAnswers(int threads) throws Exception {
    var options = CompileOptions.cpu().upTo("N", 5).threads(threads);
    try (CompiledModel compiled = model().compile(options);
        ExecutorService callers = Executors.newVirtualThreadPerTaskExecutor()) {
      var expected = new ArrayList<float[]>();
      for (int i = 0; i < 10; i++) {
        expected.add(compiled.run(Map.of("x", rows(i, 1 + i % 5))).get(Model.OUTPUT));
      }
      var answers = new ArrayList<Future<float[]>>();
      for (int i = 0; i < 1000; i++) {
        int which = i % 10;
        answers.add(
            callers.submit(
                () -> compiled.run(Map.of("x", rows(which, 1 + which % 5))).get(Model.OUTPUT)));
      }
      for (int i = 0; i < answers.size(); i++) {
        assertArrayEquals(expected.get(i % 10), answers.get(i).get());
      }
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2})
  void closingAModelThatRunsInOtherThreadsIsSafe(int threads) throws Exception {
    var options = CompileOptions.cpu().size("N", 4).threads(threads);
    long end = System.nanoTime() + LONG_ENOUGH.toNanos();
    var runs = new AtomicInteger();
    int rounds = 0;
    while (System.nanoTime() < end || rounds < 3) {
      CompiledModel compiled = model().compile(options);
      int before = runs.get();
      try (ExecutorService callers = Executors.newFixedThreadPool(4)) {
        List<Future<?>> all =
            List.of(
                callers.submit(() -> runSession(compiled, runs)),
                callers.submit(() -> runSession(compiled, runs)),
                callers.submit(() -> runBorrowed(compiled, runs)),
                callers.submit(() -> runBorrowed(compiled, runs)));
        while (runs.get() < before + 20) {
          Thread.onSpinWait();
        }
        compiled.close();
        for (Future<?> each : all) {
          assertClosed(each);
        }
      }
      rounds++;
    }
  }

  private static void runSession(CompiledModel compiled, AtomicInteger runs) {
    try (Session session = compiled.newSession()) {
      session.input("x").copyFrom(rows(1, 4));
      while (true) {
        session.run();
        runs.incrementAndGet();
      }
    }
  }

  private static void runBorrowed(CompiledModel compiled, AtomicInteger runs) {
    float[] x = rows(2, 4);
    while (true) {
      compiled.run(Map.of("x", x));
      runs.incrementAndGet();
    }
  }

  /// The loops end with the exception for closed things and nothing else.
  private static void assertClosed(Future<?> loop) throws InterruptedException {
    try {
      loop.get();
    } catch (ExecutionException e) {
      if (e.getCause() instanceof MerapiException ours) {
        assertEquals(Kind.CLOSED, ours.kind(), ours.getMessage());
        return;
      }
      throw new AssertionError("not an error of ours", e.getCause());
    }
    throw new AssertionError("the loop ended without an error");
  }

  @Test
  void closingAStepThatRunsInAnotherThreadIsSafe() throws Exception {
    for (int round = 0; round < 5; round++) {
      TrainStep step =
          model().trainStep(mse(), sgd(0.01), CompileOptions.cpu().size("N", 16).threads(2));
      var runs = new AtomicInteger();
      try (ExecutorService caller = Executors.newSingleThreadExecutor()) {
        Future<?> loop =
            caller.submit(() -> {
              while (true) {
                step.run();
                runs.incrementAndGet();
              }
            });
        while (runs.get() < 5) {
          Thread.onSpinWait();
        }
        step.close();
        assertClosed(loop);
      }
    }
  }

  @Test
  void aSessionUsedByTwoThreadsAtOnceSaysSoAndComputesRightly() throws Exception {
    try (CompiledModel compiled = model().compile(CompileOptions.cpu().size("N", 64));
        Session session = compiled.newSession();
        ExecutorService callers = Executors.newFixedThreadPool(2)) {
      float[] x = rows(1, 64);
      session.input("x").copyFrom(x);
      session.run();
      float[] expected = session.output(Model.OUTPUT).toFloats();
      var refused = new AtomicInteger();
      var stop = new AtomicBoolean();
      Runnable loop =
          () -> {
            while (!stop.get()) {
              try {
                session.run();
              } catch (MerapiException e) {
                assertEquals(Kind.CONCURRENT_USE, e.kind(), e.getMessage());
                assertTrue(e.getMessage().contains("hint: "), e.getMessage());
                refused.incrementAndGet();
              }
            }
          };
      Future<?> first = callers.submit(loop);
      Future<?> second = callers.submit(loop);
      long end = System.nanoTime() + 20 * LONG_ENOUGH.toNanos();
      while (refused.get() < 10 && System.nanoTime() < end) {
        Thread.sleep(1);
      }
      stop.set(true);
      first.get();
      second.get();
      assertTrue(refused.get() >= 10, "never met");
      assertArrayEquals(expected, session.output(Model.OUTPUT).toFloats());
      session.run();
    }
  }

  @Test
  void aSessionMayMoveBetweenThreads() throws Exception {
    try (CompiledModel compiled = model().compile(CompileOptions.cpu().size("N", 1));
        Session session = compiled.newSession()) {
      float[] x = rows(1, 1);
      float[] expected = compiled.run(Map.of("x", x)).get(Model.OUTPUT);
      for (int i = 0; i < 20; i++) {
        Thread mover =
            Thread.ofPlatform()
                .start(() -> {
                  session.input("x").copyFrom(x);
                  session.run();
                });
        mover.join();
        assertArrayEquals(expected, session.output(Model.OUTPUT).toFloats());
      }
    }
  }
}
