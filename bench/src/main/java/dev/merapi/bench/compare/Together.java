package dev.merapi.bench.compare;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BrokenBarrierException;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.DoubleSupplier;

/// Measures a speed in several threads at the same time, and adds up what they reach: cores that
/// work together are slower than each of them alone, and two processors may be one core.
///
/// Between calls its threads sleep.
final class Together implements DoubleSupplier, AutoCloseable {
  private final DoubleSupplier speed;
  private final CyclicBarrier start;
  private final ExecutorService others;

  /// @param threads at least one, the caller's among them
  /// @param speed called in each of them
  Together(int threads, DoubleSupplier speed) {
    this.speed = speed;
    start = new CyclicBarrier(threads);
    others = Executors.newFixedThreadPool(Math.max(1, threads - 1));
  }

  /// The sum of the speeds of all threads, once.
  @Override
  public double getAsDouble() {
    var parts = new ArrayList<Future<Double>>();
    for (int i = 1; i < start.getParties(); i++) {
      parts.add(others.submit(this::part));
    }
    try {
      return part() + sum(parts);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted while measuring", e);
    } catch (BrokenBarrierException | ExecutionException e) {
      throw new IllegalStateException("a thread could not measure", e);
    }
  }

  private double part() throws InterruptedException, BrokenBarrierException {
    start.await();
    return speed.getAsDouble();
  }

  private static double sum(List<Future<Double>> parts)
      throws InterruptedException, ExecutionException {
    double sum = 0;
    for (Future<Double> part : parts) {
      sum += part.get();
    }
    return sum;
  }

  @Override
  public void close() {
    others.shutdownNow();
  }
}
