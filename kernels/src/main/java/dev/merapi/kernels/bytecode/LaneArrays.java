package dev.merapi.kernels.bytecode;

import dev.merapi.kernels.bytecode.Home.InArray;
import dev.merapi.kernels.ir.Lane;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.Map;

/// Hands out ranges of the arrays of a class and takes them back.
final class LaneArrays {
  private record Kind(Lane lane, int count) {}

  private final Map<Kind, Deque<InArray>> free = new HashMap<>();
  private final int[] sizes = new int[Lane.values().length];

  InArray take(Lane lane, int count) {
    Deque<InArray> pool = free.get(new Kind(lane, count));
    if (pool != null && !pool.isEmpty()) {
      return pool.pop();
    }
    InArray made = new InArray(lane, sizes[lane.ordinal()], count);
    sizes[lane.ordinal()] += count;
    return made;
  }

  void release(InArray range) {
    free.computeIfAbsent(new Kind(range.lane(), range.count()), _ -> new ArrayDeque<>())
        .push(range);
  }

  /// Forgets what was released: what follows gets ranges of its own.
  void startAnew() {
    free.clear();
  }

  /// Elements of the array of a type.
  int size(Lane lane) {
    return sizes[lane.ordinal()];
  }
}
