package dev.merapi.compiler;

import dev.merapi.compiler.PlanMemory.Life;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// Places buffers by their size: the largest first, each at the lowest gap that fits (Pisarchyk and
/// Lee, "Efficient Memory Management for Deep Neural Net Inference", 2020).
final class PackBySize {
  private record Placed(Life life, long start, long end) {}

  private PackBySize() {}

  static Map<Life, Long> places(List<Life> lives) {
    var bySize = new ArrayList<>(lives);
    bySize.sort((a, b) -> Long.compare(b.bytes(), a.bytes()));
    var places = new HashMap<Life, Long>();
    var placed = new ArrayList<Placed>(); // by start
    for (Life life : bySize) {
      long start = 0;
      for (Placed other : placed) {
        if (other.life.overlaps(life)) {
          if (start + life.bytes() <= other.start) {
            break;
          }
          start = Math.max(start, other.end);
        }
      }
      insert(placed, new Placed(life, start, start + life.bytes()));
      places.put(life, start);
    }
    return places;
  }

  private static void insert(List<Placed> placed, Placed fresh) {
    int at = placed.size();
    while (at > 0 && placed.get(at - 1).start > fresh.start) {
      at--;
    }
    placed.add(at, fresh);
  }
}
