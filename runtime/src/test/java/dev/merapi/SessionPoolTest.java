package dev.merapi;

import static dev.merapi.Model.input;
import static dev.merapi.graph.TensorType.f32;
import static dev.merapi.nn.Layers.dense;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.merapi.MerapiException.Kind;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class SessionPoolTest {
  private static final Duration LONG = Duration.ofMinutes(5);
  private static final float[] ROW = {1, 2};

  private static CompiledModel compiled(CompileOptions options) {
    Model model = Model.of(dense(2, 1), input("x", f32(1, 2)), RandomKey.of(1));
    return model.compile(options);
  }

  private static CompileOptions options() {
    return CompileOptions.on("reference");
  }

  /// Holds the only session of a pool while something else is done.
  private static void whileTaken(SessionPool pool, Runnable work) {
    var taken = new CountDownLatch(1);
    var done = new CountDownLatch(1);
    var holder =
        CompletableFuture.runAsync(() ->
            pool.<Void>with(_ -> {
              taken.countDown();
              await(done);
              return null;
            }));
    await(taken);
    try {
      work.run();
    } finally {
      done.countDown();
    }
    holder.join();
  }

  private static void await(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  @Test
  void idleSessionsMakeRoomForARunThatLacksMemory() {
    try (CompiledModel model = compiled(options())) {
      var pool = new SessionPool(model::newSession, new CompileOptions.Pool(2, LONG));
      var lent = new ArrayList<Session>();
      pool.with(first -> lent.add(first) && pool.with(lent::add));
      var tries = new AtomicInteger();
      Session last =
          pool.with(session -> {
            if (tries.getAndIncrement() == 0) {
              throw MerapiException.of(Kind.MEMORY, "what idle sessions have is missing");
            }
            return session;
          });
      assertEquals(2, tries.get());
      assertEquals(2, lent.size());
      lent.forEach(session -> assertTrue(session.isClosed()));
      assertFalse(last.isClosed());
      pool.close();
    }
  }

  @Test
  void aSessionThatWasClosedIsNotLentAgain() {
    try (CompiledModel model = compiled(options())) {
      var pool = new SessionPool(model::newSession, new CompileOptions.Pool(1, LONG));
      pool.<Void>with(session -> {
        session.close();
        return null;
      });
      assertFalse(pool.with(Session::isClosed));
      pool.close();
    }
  }

  @Test
  void aRunThatFindsNoSessionInTimeIsRefused() {
    try (CompiledModel model = compiled(options())) {
      var limits = new CompileOptions.Pool(1, Duration.ofMillis(20));
      var pool = new SessionPool(model::newSession, limits);
      whileTaken(
          pool,
          () -> {
            var e = assertThrows(MerapiException.class, () -> pool.with(_ -> 1));
            assertEquals(Kind.LIMIT, e.kind());
            assertTrue(e.getMessage().contains("sessions=1, waited=PT0.02S"), e.getMessage());
          });
      assertEquals("free", pool.with(_ -> "free"));
      pool.close();
    }
  }

  @Test
  void anInterruptedRunGoesOnWaitingAndKeepsItsFlag() {
    try (CompiledModel model = compiled(options())) {
      var pool = new SessionPool(model::newSession, new CompileOptions.Pool(1, LONG));
      var result = new CompletableFuture<Boolean>();
      var waiting =
          new Thread(() -> result.complete(pool.with(_ -> Thread.currentThread().isInterrupted())));
      whileTaken(
          pool,
          () -> {
            waiting.start();
            waiting.interrupt();
          });
      assertTrue(result.join());
      pool.close();
    }
  }

  @Test
  void theOptionsSetSizeAndTime() {
    try (CompiledModel model = compiled(options().pool(1, Duration.ZERO))) {
      float[] first = model.run(Map.of("x", ROW)).get("output");
      assertArrayEquals(first, model.run(Map.of("x", ROW)).get("output"));
    }
    assertEquals(2, options().pool(2, LONG).threads(1).size("N", 1).pool().sessions());
    assertEquals(
        Long.MAX_VALUE, new CompileOptions.Pool(1, Duration.ofDays(1_000_000)).waitNanos());
    for (var refused :
        new Runnable[] {
          () -> options().pool(0, LONG), () -> options().pool(1, Duration.ofNanos(-1))
        }) {
      assertEquals(Kind.ARGUMENT, assertThrows(MerapiException.class, refused::run).kind());
    }
  }
}
