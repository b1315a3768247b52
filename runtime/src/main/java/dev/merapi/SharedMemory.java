package dev.merapi;

import dev.merapi.memory.Slab;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.ToLongFunction;
import java.util.stream.Collectors;

/// What the plans of one model need beside its parameters: constants, and what a backend derived
/// from frozen parameters. Blocks with equal keys exist once, for as long as a plan leases them.
///
/// What a lease has to add is one slab, so that huge pages serve small blocks too; the slab goes
/// with the last lease of any of its blocks. Thread-safe.
final class SharedMemory {
  /// A block that a plan wants.
  ///
  /// @param key equal for blocks of the same contents
  record Block(Object key, long bytes, Filler filler) {}

  /// Fills a block, once.
  @FunctionalInterface
  interface Filler {
    /// @param address of the block
    /// @param others the addresses of blocks before it in the same lease, by key
    void fill(Slab slab, long address, ToLongFunction<Object> others);
  }

  /// A slab with its number of leases.
  private static final class Shelf {
    final Slab slab;
    int leases;

    Shelf(Slab slab) {
      this.slab = slab;
    }
  }

  private record Place(Shelf shelf, long address) {}

  /// The blocks of one plan.
  static final class Lease {
    private final Map<Object, Place> places;

    private Lease(Map<Object, Place> places) {
      this.places = places;
    }

    /// The raw address of a block; valid until the lease ends.
    long address(Object key) {
      return place(key, places).address;
    }

    private Set<Shelf> shelves() {
      var shelves = new HashSet<Shelf>();
      places.values().forEach(place -> shelves.add(place.shelf));
      return shelves;
    }
  }

  private final Map<Object, Place> known = new HashMap<>();
  private long bytes;

  /// The bytes of all blocks that somebody leases.
  synchronized long bytes() {
    return bytes;
  }

  /// The bytes that a lease of these blocks would add.
  synchronized long missing(List<Block> blocks) {
    return aligned(absent(blocks));
  }

  /// Makes the blocks that do not exist yet.
  ///
  /// @throws MerapiException of kind `MEMORY` if the system has not that much
  synchronized Lease lease(List<Block> blocks) {
    List<Block> absent = absent(blocks);
    var places = new HashMap<>(known);
    Shelf shelf = absent.isEmpty() ? null : new Shelf(Slab.allocate(aligned(absent)));
    if (shelf != null) {
      try {
        fill(absent, shelf, places);
      } catch (RuntimeException | Error e) {
        shelf.slab.close();
        throw e;
      }
      bytes += shelf.slab.bytes();
    }
    known.putAll(places);
    places.keySet().retainAll(blocks.stream().map(Block::key).collect(Collectors.toSet()));
    var lease = new Lease(places);
    lease.shelves().forEach(each -> each.leases++);
    return lease;
  }

  private static void fill(List<Block> absent, Shelf shelf, Map<Object, Place> places) {
    long address = shelf.slab.address();
    for (Block block : absent) {
      block.filler.fill(shelf.slab, address, key -> place(key, places).address);
      places.put(block.key, new Place(shelf, address));
      address += align(block.bytes);
    }
  }

  /// Ends a lease; whoever works on its addresses has ended before.
  synchronized void end(Lease lease) {
    for (Shelf shelf : lease.shelves()) {
      if (--shelf.leases == 0) {
        known.values().removeIf(place -> place.shelf == shelf);
        bytes -= shelf.slab.bytes();
        shelf.slab.close();
      }
    }
  }

  private static Place place(Object key, Map<Object, Place> places) {
    Place place = places.get(key);
    if (place == null) {
      throw new IllegalArgumentException("no such block: " + key);
    }
    return place;
  }

  private List<Block> absent(List<Block> blocks) {
    var absent = new LinkedHashMap<Object, Block>();
    for (Block block : blocks) {
      if (!known.containsKey(block.key)) {
        absent.putIfAbsent(block.key, block);
      }
    }
    return new ArrayList<>(absent.values());
  }

  private static long aligned(List<Block> blocks) {
    return blocks.stream().mapToLong(block -> align(block.bytes)).sum();
  }

  private static long align(long bytes) {
    return Math.ceilDiv(bytes, Slab.ALIGNMENT) * Slab.ALIGNMENT;
  }
}
