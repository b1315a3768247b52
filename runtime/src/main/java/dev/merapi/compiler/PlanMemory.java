package dev.merapi.compiler;

import dev.merapi.graph.Literal;
import dev.merapi.spi.Buffer;
import dev.merapi.spi.Buffer.Space;
import dev.merapi.spi.Program;
import dev.merapi.spi.Region;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;

/// Gives every buffer its place.
///
/// Parameters and constants lie one after the other. So do the inputs and outputs of a session,
/// which live for the whole run. Behind them lie temporaries, which live from their first write to
/// their last read; those whose lives overlap do not overlap in memory.
final class PlanMemory {
  private static final long ALIGNMENT = 64;

  /// Most temporaries that are packed by size, which takes time that grows with their square.
  private static final int PACKED_BY_SIZE = 4096;

  /// A buffer's life, in indices of regions, both inclusive.
  record Life(Buffer buffer, int first, int last) {
    boolean overlaps(Life other) {
      return first <= other.last && other.first <= last;
    }

    /// Its bytes, rounded up so that another may lie right behind it.
    long bytes() {
      return align(buffer.bytes());
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
    long session = 0;
    for (Buffer buffer : buffers) {
      if (buffer.space() == Space.INPUT || buffer.space() == Space.OUTPUT) {
        offsets.put(buffer, session);
        session += align(buffer.bytes());
      }
    }
    session += placeTemporaries(lives(regions, buffers), session, offsets);
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
      if (buffer.space() == Space.TEMPORARY && start != null && end != null) {
        lives.add(new Life(buffer, start, end));
      }
    }
    return lives;
  }

  private static long placeTemporaries(List<Life> lives, long from, Map<Buffer, Long> offsets) {
    Map<Life, Long> places =
        lives.size() <= PACKED_BY_SIZE ? PackBySize.places(lives) : PackInTime.places(lives);
    long size = 0;
    for (Life life : lives) {
      long place = places.getOrDefault(life, 0L);
      offsets.put(life.buffer, from + place);
      size = Math.max(size, place + life.bytes());
    }
    return size;
  }
}
