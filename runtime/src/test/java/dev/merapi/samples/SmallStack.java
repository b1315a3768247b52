package dev.merapi.samples;

import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;

/// Runs code on a thread of little stack, where recursion over what is deep does not go far.
public final class SmallStack {
  private static final long BYTES = 256 << 10;

  private SmallStack() {}

  /// Runs the code to its end; throws what it throws.
  public static void run(Runnable code) {
    var task = new FutureTask<Void>(code, null);
    var thread = new Thread(null, task, "small-stack", BYTES);
    thread.start();
    try {
      task.get();
    } catch (ExecutionException e) {
      throw new AssertionError("on a thread of " + BYTES + " bytes of stack", e.getCause());
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }
}
