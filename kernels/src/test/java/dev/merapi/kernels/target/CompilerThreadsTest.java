package dev.merapi.kernels.target;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.URL;
import java.net.URLClassLoader;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.Test;

class CompilerThreadsTest {
  private static final long SECONDS = 30;

  /// Offers a compilation and waits for the thread that does it.
  private static Thread worker(CompilerThreads threads, Runnable work)
      throws ExecutionException, InterruptedException, TimeoutException {
    var worker = new CompletableFuture<Thread>();
    threads.offer(
        new Compilation(() -> {
          worker.complete(Thread.currentThread());
          work.run();
          return CompilationTest.code();
        }));
    return worker.get(SECONDS, TimeUnit.SECONDS);
  }

  @Test
  void aThreadRefersToNothingOfItsCreators() throws Exception {
    Thread here = Thread.currentThread();
    ClassLoader before = here.getContextClassLoader();
    try (var loader = new URLClassLoader(new URL[0], before)) {
      here.setContextClassLoader(loader);
      Thread worker = worker(new CompilerThreads(1), () -> {});
      assertNotSame(here, worker);
      assertTrue(worker.isDaemon());
      assertSame(ClassLoader.getSystemClassLoader(), worker.getContextClassLoader());
    } finally {
      here.setContextClassLoader(before);
    }
  }

  @Test
  void neitherErrorsNorInterruptsEndTheWork() throws Exception {
    var threads = new CompilerThreads(1);
    Thread first =
        worker(
            threads,
            () -> {
              throw new AssertionError("for who needs the code");
            });
    assertSame(first, worker(threads, () -> Thread.currentThread().interrupt()));
    for (int i = 0; i < 100; i++) {
      Thread _ = worker(threads, () -> {});
    }
  }

  @Test
  void thereAreNoMoreThanAllowedAndNoneInTheEnd() throws Exception {
    var threads = new CompilerThreads(2);
    var release = new CountDownLatch(1);
    Runnable waits =
        () -> {
          try {
            release.await();
          } catch (InterruptedException e) {
            throw new AssertionError(e);
          }
        };
    Thread first = worker(threads, waits);
    Thread second = worker(threads, waits);
    assertNotSame(first, second);
    var third = new CompletableFuture<Thread>();
    threads.offer(
        new Compilation(() -> {
          third.complete(Thread.currentThread());
          return CompilationTest.code();
        }));
    assertEquals(2, threads.count());
    release.countDown();
    Thread worker = third.get(SECONDS, TimeUnit.SECONDS);
    assertTrue(worker == first || worker == second);
    first.join(SECONDS * 1000);
    second.join(SECONDS * 1000);
    assertEquals(0, threads.count());
    assertNotSame(worker, worker(threads, () -> {}));
  }

  @Test
  void onOneProcessorTheCallerCompiles() {
    var threads = new CompilerThreads(0);
    threads.offer(
        new Compilation(() -> {
          throw new AssertionError("compiled");
        }));
    assertEquals(0, threads.count());
  }
}
