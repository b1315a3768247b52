package dev.merapi.kernels.cpu;

import dev.merapi.kernels.calls.CallCount;
import dev.merapi.kernels.calls.CallList;
import dev.merapi.kernels.jit.Kernel;
import java.lang.ref.Reference;
import java.util.ArrayList;
import java.util.List;

/// What it takes to write the calls of a program's phases down for a number of threads, so that a
/// run finds nothing out any more: it walks along them.
///
/// Phases of one part that follow each other become one, so with one thread a whole run is one call
/// of machine code. Phases that are no calls of machine code, or too many of them, stay as they
/// are.
final class WrittenCalls {
  /// Calls of a phase, 64 bytes each, beyond which writing them down takes more memory than it is
  /// worth.
  private static final int MOST_CALLS = 1 << 15;

  /// Scalar operations that surely end soon enough for the collector to wait for them, if none of
  /// the calls says otherwise.
  private static final long BRIEF = 500_000;

  /// The calls of a phase, all parts together.
  private record Size(int calls, int words, boolean isWritten, boolean lasts) {
    private static final Size NONE = new Size(0, 0, false, false);

    static Size of(Phase phase, int threads) {
      if (!(phase instanceof Phase.Kernels kernels)) {
        return NONE;
      }
      CallCount count = new CallCount(MOST_CALLS);
      int parts = parts(phase, threads);
      try {
        for (int part = 0; part < parts; part++) {
          kernels.calls().of(count, part, parts);
        }
      } catch (CallCount.TooManyException e) {
        return NONE;
      }
      return count.isCode() ? new Size(count.calls(), count.words(), true, count.lasts()) : NONE;
    }
  }

  /// Written calls of a phase, or of several.
  ///
  /// @param bounds where the calls of each part begin, and where the last ones end
  /// @param kept what the kernels are reached from
  private record Walk(Kernel walk, long[] bounds, Object kept) implements Phase {
    @Override
    public int parts(int threads) {
      return bounds.length - 1;
    }

    @Override
    public void run(int part, int parts) {
      walk.run(bounds[part], bounds[part + 1], 0, 0, 0, 0);
      Reference.reachabilityFence(this);
    }

    /// Walks along no calls.
    @Override
    public void rehearse() {
      walk.run(bounds[0], bounds[0], 0, 0, 0, 0);
    }
  }

  private final int threads;
  private final List<Size> sizes;

  private WrittenCalls(int threads, List<Size> sizes) {
    this.threads = threads;
    this.sizes = sizes;
  }

  /// Nothing is written down.
  static WrittenCalls none(int threads) {
    return new WrittenCalls(threads, List.of());
  }

  /// Counts the calls of phases that are bound to no memory yet.
  static WrittenCalls of(List<Phase> phases, int threads) {
    var sizes = new ArrayList<Size>();
    for (Phase phase : phases) {
      sizes.add(Size.of(phase, threads));
    }
    return new WrittenCalls(threads, sizes);
  }

  private static int parts(Phase phase, int threads) {
    return Math.clamp(phase.parts(threads), 1, threads);
  }

  private int calls() {
    int sum = 0;
    for (Size size : sizes) {
      sum = Math.addExact(sum, size.calls);
    }
    return sum;
  }

  private int words() {
    int sum = 0;
    for (Size size : sizes) {
      sum = Math.addExact(sum, size.words);
    }
    return sum;
  }

  /// Bytes of the memory that the calls take.
  long bytes() {
    return CallList.bytes(calls(), words());
  }

  /// Writes the calls down.
  ///
  /// @param phases those that were counted, bound to memory
  /// @param address of [#bytes]
  /// @param walk walks along calls
  /// @param kept what the kernels are reached from
  /// @return what a run does
  List<Phase> write(List<Phase> phases, long address, Kernel walk, Object kept) {
    var list = new CallList(address, calls(), words());
    var result = new ArrayList<Phase>();
    var open = new Open(walk, kept, result);
    for (int i = 0; i < phases.size(); i++) {
      Phase phase = phases.get(i);
      if (!sizes.get(i).isWritten || !(phase instanceof Phase.Kernels kernels)) {
        open.end();
        result.add(phase);
        continue;
      }
      int parts = parts(phase, threads);
      long[] bounds = new long[parts + 1];
      for (int part = 0; part < parts; part++) {
        bounds[part] = list.next();
        kernels.calls().of(list, part, parts);
      }
      bounds[parts] = list.next();
      open.add(bounds, kernels.work(), sizes.get(i).lasts);
    }
    open.end();
    list.finish();
    return result;
  }

  /// Joins phases of one part.
  private static final class Open {
    private final Kernel walk;
    private final Object kept;
    private final List<Phase> result;
    private long from;
    private long to;
    private long work;
    private boolean lasts;

    Open(Kernel walk, Object kept, List<Phase> result) {
      this.walk = walk;
      this.kept = kept;
      this.result = result;
    }

    void add(long[] bounds, long more, boolean lasting) {
      int parts = bounds.length - 1;
      if (parts > 1) {
        end();
        result.add(walk(bounds, more / parts, lasting));
        return;
      }
      if (from == to) {
        from = bounds[0];
      }
      to = bounds[1];
      work += more;
      lasts |= lasting;
    }

    void end() {
      if (from != to) {
        result.add(walk(new long[] {from, to}, work, lasts));
      }
      from = to;
      work = 0;
      lasts = false;
    }

    private Phase walk(long[] bounds, long operations, boolean lasting) {
      boolean isBrief = !lasting && operations <= BRIEF;
      return new Walk(isBrief ? walk : walk.lasting(), bounds, kept);
    }
  }
}
