package dev.merapi.compiler;

import dev.merapi.compiler.PlanMemory.Life;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.PriorityQueue;
import java.util.TreeMap;
import java.util.TreeSet;

/// Places buffers in the order in which they begin to live, each in the smallest gap that fits, as
/// an allocator would: for graphs of so many buffers that [PackBySize] would take too long.
final class PackInTime {
  private record Gap(long bytes, long start) {}

  private final TreeMap<Long, Long> bytesByStart = new TreeMap<>();
  private final TreeSet<Gap> bySize =
      new TreeSet<>(Comparator.comparingLong(Gap::bytes).thenComparingLong(Gap::start));
  private long end;

  private PackInTime() {}

  static Map<Life, Long> places(List<Life> lives) {
    var inOrder = new ArrayList<>(lives);
    inOrder.sort(
        Comparator.comparingInt(Life::first).thenComparing(Life::bytes, Comparator.reverseOrder()));
    var memory = new PackInTime();
    var places = new HashMap<Life, Long>();
    var alive = new PriorityQueue<Life>(Comparator.comparingInt(Life::last));
    for (Life life : inOrder) {
      while (!alive.isEmpty() && alive.element().last() < life.first()) {
        Life over = alive.remove();
        memory.free(places.getOrDefault(over, 0L), over.bytes());
      }
      places.put(life, memory.take(life.bytes()));
      alive.add(life);
    }
    return places;
  }

  private long take(long bytes) {
    Gap gap = bySize.ceiling(new Gap(bytes, 0));
    if (gap != null) {
      remove(gap.start);
      if (gap.bytes > bytes) {
        add(gap.start + bytes, gap.bytes - bytes);
      }
      return gap.start;
    }
    long start = end;
    var last = bytesByStart.lastEntry();
    if (last != null && last.getKey() + last.getValue() == end) { // grow the gap at the end
      start = last.getKey();
      remove(start);
    }
    end = start + bytes;
    return start;
  }

  private void free(long start, long bytes) {
    if (bytes == 0) {
      return;
    }
    long from = start;
    long to = start + bytes;
    var before = bytesByStart.lowerEntry(start);
    if (before != null && before.getKey() + before.getValue() == start) {
      from = before.getKey();
      remove(from);
    }
    Long behind = bytesByStart.get(to);
    if (behind != null) {
      remove(to);
      to += behind;
    }
    add(from, to - from);
  }

  private void add(long start, long bytes) {
    bytesByStart.put(start, bytes);
    bySize.add(new Gap(bytes, start));
  }

  private void remove(long start) {
    Long bytes = bytesByStart.remove(start);
    if (bytes != null) {
      bySize.remove(new Gap(bytes, start));
    }
  }
}
