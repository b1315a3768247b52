package dev.merapi;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class HeadStartTest {
  private final BlockingQueue<Thread> threads = new LinkedBlockingQueue<>();

  private void work() {
    threads.add(Thread.currentThread());
    throw new StackOverflowError("nobody is told");
  }

  @Test
  void theWorkIsDoneOnceOnAThreadThatHoldsNobodyUp() throws InterruptedException {
    var start = new HeadStart(this::work, 2);
    start.start();
    start.start();
    Thread thread = threads.poll(1, TimeUnit.MINUTES);
    assertNotEquals(Thread.currentThread(), thread);
    assertTrue(thread.isDaemon());
    thread.join();
    assertEquals(0, threads.size());
  }

  @Test
  void aMachineOfOneProcessorIsLeftAlone() throws InterruptedException {
    new HeadStart(this::work, 1).start();
    assertEquals(null, threads.poll(50, TimeUnit.MILLISECONDS));
  }
}
