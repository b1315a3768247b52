package dev.merapi.memory;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.merapi.MerapiException;
import dev.merapi.MerapiException.Kind;
import dev.merapi.graph.TensorType;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// What slabs take of the system's memory. Nothing is written to them, so that the system gives
/// none.
class OffHeapTest {
  private static final long HEAP = Runtime.getRuntime().maxMemory();

  @ParameterizedTest
  @ValueSource(longs = {1, 8}) // parts of the heap: few large ones, and some that C's heap gives
  void slabsThatNobodyRefersToDoNotPileUp(long part) {
    long bytes = part == 1 ? HEAP / 4 : Slab.HUGE - 1;
    long most = 0;
    for (long taken = 0; taken < 8 * HEAP; taken += bytes) {
      assertEquals(bytes, Slab.collected(bytes).bytes());
      most = Math.max(most, OffHeap.bytes());
    }
    long seen = most;
    assertTrue(seen < 4 * HEAP, () -> "bytes at once: " + seen + ", heap: " + HEAP);
  }

  @ParameterizedTest
  @ValueSource(longs = {Slab.HUGE / 2, Slab.HUGE})
  void moreThanTheHeapMayBeInUse(long bytes) {
    var kept = new ArrayList<Slab>();
    for (long taken = 0; taken < 2 * HEAP; taken += bytes) {
      kept.add(Slab.collected(bytes));
    }
    assertTrue(OffHeap.bytes() >= 2 * HEAP);
    assertTrue(kept.stream().allMatch(slab -> slab.bytes() == bytes));
  }

  @Test
  void closedSlabsAreNotCountedAnyMore() {
    long slabs = OffHeap.slabs();
    var all = new ArrayList<Slab>();
    for (long bytes : new long[] {0, 1, 1000, Slab.HUGE, 3 * Slab.HUGE}) {
      all.add(Slab.allocate(bytes));
    }
    long bytes = all.stream().mapToLong(Slab::bytes).sum();
    assertTrue(OffHeap.bytes() >= bytes);
    all.forEach(Slab::close);
    assertTrue(OffHeap.slabs() <= slabs, () -> slabs + " slabs, then " + OffHeap.slabs());
  }

  @ParameterizedTest
  @ValueSource(longs = {1L << 55, 1L << 60, Long.MAX_VALUE - 1, Long.MAX_VALUE})
  void whatNoSystemHasIsAnErrorOfOurs(long bytes) {
    long slabs = OffHeap.slabs();
    var error = assertThrows(MerapiException.class, () -> Slab.allocate(bytes));
    assertEquals(Kind.MEMORY, error.kind());
    assertTrue(OffHeap.slabs() <= slabs);
  }

  /// Uses of a tensor whose memory goes meanwhile, each for as long as it takes to be told so.
  private static List<Runnable> uses(HostTensor x, HostTensor other) {
    float[] floats = new float[(int) x.elements()];
    return List.of(
        () -> x.copyFrom(floats),
        () -> x.copyTo(floats),
        () -> x.copyFrom(other),
        () -> other.copyFrom(x),
        () -> x.getFloat(7),
        () -> x.set(7, 1f),
        x::toLiteral);
  }

  @Test
  void memoryThatAnotherThreadClosesIsAnErrorOfOurs() throws Exception {
    TensorType type = TensorType.f32(20_000);
    HostTensor other = HostTensor.allocate("other", type);
    try (ExecutorService pool = Executors.newFixedThreadPool(3)) {
      for (int round = 0; round < 300; round++) {
        Slab slab = Slab.allocate(type.bytes());
        HostTensor x = slab.view("x", type, new Slot(0, type.bytes()));
        Runnable use = uses(x, other).get(round % 7);
        var start = new CyclicBarrier(3);
        List<Future<?>> ends = new ArrayList<>();
        ends.add(
            pool.submit(() -> {
              start.await();
              while (true) {
                use.run();
              }
            }));
        for (int closer = 0; closer < 2; closer++) {
          ends.add(
              pool.submit(() -> {
                start.await();
                slab.close();
                return null;
              }));
        }
        var error = assertThrows(ExecutionException.class, ends.getFirst()::get);
        var ours =
            assertThrows(
                MerapiException.class,
                () -> {
                  throw error.getCause();
                });
        assertEquals(Kind.CLOSED, ours.kind());
        ends.get(1).get();
        ends.get(2).get();
      }
    }
  }
}
