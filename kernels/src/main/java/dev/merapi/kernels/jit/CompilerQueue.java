package dev.merapi.kernels.jit;

import java.lang.management.CompilationMXBean;
import java.lang.management.ManagementFactory;
import java.util.function.LongSupplier;

/// What waits for the JVM's compilers. It cannot be seen, but the time of what they have compiled
/// can, which stands still when they have nothing to do.
///
/// While C2's queue is long, the JVM has C1 compile without profiling. A large kernel that this
/// happens to may be lost: C1 cannot compile it with profiling afterwards, so that it never gets to
/// C2.
final class CompilerQueue {
  private static final int STEP_MILLIS = 10;
  private static final int STEPS_AT_REST = 12;
  private static final int MOST_STEPS = 200;
  private static final LongSupplier TIME = time();

  private CompilerQueue() {}

  /// Waits for it, two seconds at most; where the JVM does not tell, a moment.
  ///
  /// @throws InterruptedException if the thread is interrupted meanwhile
  static void awaitEmpty() throws InterruptedException {
    long before = TIME.getAsLong();
    int rest = 0;
    for (int i = 0; i < MOST_STEPS && rest < STEPS_AT_REST; i++) {
      Thread.sleep(STEP_MILLIS);
      long now = TIME.getAsLong();
      rest = now == before ? rest + 1 : 0;
      before = now;
    }
  }

  private static LongSupplier time() {
    try {
      CompilationMXBean compilers = ManagementFactory.getCompilationMXBean();
      if (compilers != null && compilers.isCompilationTimeMonitoringSupported()) {
        return compilers::getTotalCompilationTime;
      }
    } catch (LinkageError _) {
      // On the class path nothing asks for the module.
    }
    return () -> 0;
  }
}
