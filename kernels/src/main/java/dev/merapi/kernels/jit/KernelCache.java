package dev.merapi.kernels.jit;

import java.lang.ref.ReferenceQueue;
import java.lang.ref.WeakReference;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;

/// Shares kernels between models: one for each structure, for as long as somebody holds it.
///
/// Keys are values (records of the sizes and choices that are in the bytecode) and must not refer
/// to the kernel.
public final class KernelCache {
  private final ConcurrentHashMap<Object, Entry> entries = new ConcurrentHashMap<>();
  private final ReferenceQueue<TieredKernel> dead = new ReferenceQueue<>();

  /// The kernel of this structure, made now if nobody holds one.
  public TieredKernel get(Object key, Supplier<TieredKernel> make) {
    removeDead();
    Entry entry = entries.get(key);
    TieredKernel found = entry == null ? null : entry.get();
    if (found != null) {
      return found;
    }
    TieredKernel made = make.get();
    // Two threads may both have made one. The first to get here wins, so that both warm up the same
    // class.
    Entry mine = new Entry(key, made, dead);
    Entry kept = entries.merge(key, mine, (old, fresh) -> old.refersTo(null) ? fresh : old);
    TieredKernel winner = kept.get();
    return winner == null ? made : winner;
  }

  /// How many structures are in use.
  public int size() {
    removeDead();
    return entries.size();
  }

  private void removeDead() {
    while (dead.poll() instanceof Entry entry) {
      entries.remove(entry.key, entry);
    }
  }

  private static final class Entry extends WeakReference<TieredKernel> {
    private final Object key;

    Entry(Object key, TieredKernel kernel, ReferenceQueue<TieredKernel> queue) {
      super(kernel, queue);
      this.key = key;
    }
  }
}
