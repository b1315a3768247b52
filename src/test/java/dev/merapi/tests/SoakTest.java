package dev.merapi.tests;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.merapi.memory.OffHeap;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// Five threads make, run, resize, train, save, load and close models for a while, some of them the
/// same ones. Every number is compared with what plain Java computes, and after each round, when
/// all models are closed, memory must be where it was.
///
/// A busy machine gets more rounds, until everything was done. `-Dmerapi.soak.seconds=1200` makes
/// it long; a line is printed for each round then. With `-Dmerapi.test.flags=-Xmx300m` the heap,
/// which else takes up to hundreds of megabytes between two collections, hides no growth.
class SoakTest {
  private static final int THREADS = 5;
  private static final int ROUNDS = 5;
  private static final long SHORT = 5;
  private static final long LONGEST_ROUND = 20;

  /// How much more than after the first rounds is no growth: what the JIT, the class loader and C's
  /// heap still take.
  private static final long SLACK_MB = 64;

  @TempDir private Path folder;

  /// What is in use while nothing runs.
  private record Usage(long residentMb, long heapMb, long slabs, long threads) {
    static Usage now() throws IOException, InterruptedException {
      long slabs = Long.MAX_VALUE;
      for (int quiet = 0; quiet < 3; ) { // until the collector finds nothing any more
        System.gc();
        Thread.sleep(30);
        quiet = OffHeap.slabs() < slabs ? 0 : quiet + 1;
        slabs = OffHeap.slabs();
      }
      Runtime java = Runtime.getRuntime();
      long heap = (java.totalMemory() - java.freeMemory()) >> 20;
      return new Usage(resident(), heap, slabs, Thread.getAllStackTraces().size());
    }

    /// 0 where the system does not say it.
    private static long resident() throws IOException {
      Path status = Path.of("/proc/self/status");
      if (!Files.exists(status)) {
        return 0;
      }
      return Files.readAllLines(status).stream()
          .filter(line -> line.startsWith("VmRSS"))
          .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")) >> 10)
          .sum();
    }

    @Override
    public String toString() {
      return String.format(
          Locale.ROOT,
          "resident %,d MB, heap %,d MB, %,d slabs, %,d threads",
          residentMb,
          heapMb,
          slabs,
          threads);
    }
  }

  @Test
  @Timeout(7200)
  void memoryStaysFlatAndNoNumberIsWrong() throws Exception {
    long seconds = Long.getLong("merapi.soak.seconds", SHORT);
    long rounds = Math.max(ROUNDS, seconds / LONGEST_ROUND);
    long nanos = TimeUnit.SECONDS.toNanos(seconds) / rounds;
    var work = new SoakWork(folder);
    var usages = new ArrayList<Usage>();
    try (ExecutorService pool = Executors.newFixedThreadPool(THREADS)) {
      for (int round = 0; round < rounds || !work.isAllDone(); round++) {
        long end = System.nanoTime() + nanos;
        List<Future<?>> all = new ArrayList<>();
        for (int i = 0; i < THREADS; i++) {
          long seed = 1000L * round + i;
          all.add(pool.submit(() -> work.run(seed, end)));
        }
        for (Future<?> each : all) {
          check(each);
        }
        work.closeShared();
        usages.add(Usage.now());
        if (seconds > SHORT) {
          System.out.println("soak: round " + round + ": " + usages.getLast() + "; " + work);
        }
      }
    }
    checkFlat(usages, work.toString());
  }

  private static void check(Future<?> thread) throws InterruptedException {
    try {
      thread.get();
    } catch (ExecutionException e) {
      throw new AssertionError(e.getCause());
    }
  }

  private static void checkFlat(List<Usage> usages, String done) {
    Usage first = usages.get(usages.size() / 4);
    Usage last = usages.getLast();
    String text = first + ", then " + last + "; " + done;
    assertEquals(first.slabs, last.slabs, text);
    assertTrue(last.heapMb <= first.heapMb + SLACK_MB, text);
    assertTrue(last.residentMb <= first.residentMb * 5 / 4 + SLACK_MB, text);
    assertTrue(last.threads <= first.threads + 2, text);
  }
}
