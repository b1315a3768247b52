package dev.merapi.compiler;

import dev.merapi.graph.Literal;
import dev.merapi.spi.Buffer;
import dev.merapi.spi.Buffer.Space;
import dev.merapi.spi.Program;
import dev.merapi.spi.Region;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;

/// Gives every buffer its place.
///
/// Parameters and constants lie one after the other. In a session, inputs and outputs live for the
/// whole run and temporaries from their first write to their last read; buffers whose lives overlap
/// do not overlap in memory. The largest are placed first, each at the lowest gap that fits (greedy
/// by size: Pisarchyk and Lee, "Efficient Memory Management for Deep Neural Net Inference", 2020).
final class PlanMemory {
  private static final long ALIGNMENT = 64;

  /// A buffer's life, in indices of regions, both inclusive.
  private record Life(Buffer buffer, int first, int last) {
    boolean overlaps(Life other) {
      return first <= other.last && other.first <= last;
    }
  }

  private PlanMemory() {}

  static Program plan(
      String name,
      List<Region> regions,
      List<Buffer> buffers,
      Map<Buffer, Literal> constants,
      Program.Parameters parameters) {
    var offsets = new HashMap<Buffer, Long>();
    long persistent = 0;
    for (Buffer buffer : buffers) {
      if (buffer.space().isPersistent()) {
        offsets.put(buffer, persistent);
        persistent += align(buffer.bytes());
      }
    }
    long session = placeSession(lives(regions, buffers), offsets);
    return new Program(
        name, regions, used(regions, buffers), constants, offsets, persistent, session, parameters);
  }

  private static long align(long bytes) {
    return Math.ceilDiv(bytes, ALIGNMENT) * ALIGNMENT;
  }

  private static List<Buffer> used(List<Region> regions, List<Buffer> buffers) {
    var seen = new HashSet<Buffer>();
    for (Region region : regions) {
      seen.addAll(region.reads());
      seen.addAll(region.writes());
    }
    return buffers.stream()
        .filter(buffer -> buffer.space() != Space.TEMPORARY || seen.contains(buffer))
        .toList();
  }

  private static List<Life> lives(List<Region> regions, List<Buffer> buffers) {
    var first = new HashMap<Buffer, Integer>();
    var last = new HashMap<Buffer, Integer>();
    for (int i = 0; i < regions.size(); i++) {
      var touched = new ArrayList<>(regions.get(i).reads());
      touched.addAll(regions.get(i).writes());
      for (Buffer buffer : touched) {
        first.putIfAbsent(buffer, i);
        last.put(buffer, i);
      }
    }
    var lives = new ArrayList<Life>();
    for (Buffer buffer : buffers) {
      Integer start = first.get(buffer);
      Integer end = last.get(buffer);
      if (buffer.space() == Space.INPUT || buffer.space() == Space.OUTPUT) {
        lives.add(new Life(buffer, 0, regions.size()));
      } else if (buffer.space() == Space.TEMPORARY && start != null && end != null) {
        lives.add(new Life(buffer, start, end));
      }
    }
    return lives;
  }

  private static long placeSession(List<Life> lives, Map<Buffer, Long> offsets) {
    var bySize = new ArrayList<>(lives);
    bySize.sort(Comparator.comparingLong((Life life) -> -life.buffer.bytes()));
    var placed = new ArrayList<Life>();
    var byOffset = Comparator.comparingLong((Life life) -> offsets.getOrDefault(life.buffer, 0L));
    long size = 0;
    for (Life life : bySize) {
      long offset = 0;
      long bytes = align(life.buffer.bytes());
      for (Life other : placed.stream().filter(life::overlaps).sorted(byOffset).toList()) {
        long start = offsets.getOrDefault(other.buffer, 0L);
        if (offset + bytes <= start) {
          break;
        }
        offset = Math.max(offset, start + align(other.buffer.bytes()));
      }
      offsets.put(life.buffer, offset);
      placed.add(life);
      size = Math.max(size, offset + bytes);
    }
    return size;
  }
}
