package dev.merapi.bench.compare;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.locks.LockSupport;

/// Waits until no other thread of this process computes: the other runtime's workers spin after a
/// call (ONNX Runtime's for some 40 ms), and the JIT may be at work.
///
/// Linux tells the state of each thread. The processor time of the process would not do: the system
/// counts a spinning thread's time at its ticks only, so that a short look sees nothing.
final class Quiet {
  private static final Path THREADS = Path.of("/proc/self/task");
  private static final long BETWEEN_LOOKS = 200_000;
  private static final Duration PATIENCE = Duration.ofMillis(200);
  private static final Duration ELSEWHERE = Duration.ofMillis(50);

  private Quiet() {}

  /// Waits, but not longer than 200 ms. Where the system does not tell, it waits 50 ms.
  ///
  /// @return whether it became quiet, as far as the system tells
  static boolean await() {
    long start = System.nanoTime();
    if (!Files.isDirectory(THREADS)) {
      LockSupport.parkNanos(ELSEWHERE.toNanos());
      return true;
    }
    while (running() > 1) {
      if (System.nanoTime() - start >= PATIENCE.toNanos()) {
        return false;
      }
      LockSupport.parkNanos(BETWEEN_LOOKS);
    }
    return true;
  }

  /// How many threads run or could run; the caller is one of them.
  private static int running() {
    int count = 0;
    try (DirectoryStream<Path> threads = Files.newDirectoryStream(THREADS)) {
      for (Path thread : threads) {
        count += isRunning(thread.resolve("stat")) ? 1 : 0;
      }
    } catch (IOException e) {
      throw new UncheckedIOException("the states of threads cannot be read", e);
    }
    return count;
  }

  /// The state is the letter behind the name, which is in parentheses and may have some itself.
  private static boolean isRunning(Path stat) {
    try {
      String line = Files.readString(stat);
      return line.startsWith("R", line.lastIndexOf(')') + 2);
    } catch (IOException _) {
      return false; // it has ended
    }
  }
}
