package dev.merapi;

import dev.merapi.MerapiException.Kind;
import java.time.Duration;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/// How a model is compiled: for which backend and sizes, with how many threads and how much memory.
///
/// @param backend the name of a backend; empty for the best one that works here
/// @param target what kernels are made for; empty for the fastest that works, or what the system
///   property `merapi.target` says
/// @param sizes the number bound to each named size; the largest one for those that may vary
/// @param varying the named sizes that sessions may choose, up to the number bound
/// @param threads how many threads one run may use, where the machine has use for them; results do
///   not depend on it
/// @param maxMemory the bytes that one session and what all sizes need of the model may take: what
///   sizes that no session is bound to need is given back, the least recently used first; a kernel
///   that walks over more points than that, without keeping them, is refused as well
/// @param maxOperations the operations that one run may take, about as many as scalar code has
///   instructions; what a model takes is [Inspection#operations()]
/// @param warmUp when kernels are brought to their full speed
/// @param pool the sessions that [CompiledModel#run] borrows
public record CompileOptions(
    Optional<String> backend,
    Optional<KernelTarget> target,
    Map<String, Long> sizes,
    Set<String> varying,
    int threads,
    long maxMemory,
    long maxOperations,
    WarmUp warmUp,
    Pool pool) {
  /// When kernels are brought to their full speed. Until then they give the same bits, 10 to 100
  /// times more slowly.
  public enum WarmUp {
    /// Before the first run: compiling a model takes seconds longer, and so does the first use of
    /// each size whose kernels are not warm yet.
    BEFORE,
    /// Beside the runs, on a thread of its own, for at most the time that they have taken: the
    /// usual way. What is over soon does not pay for it.
    BACKGROUND,
    /// Only where the user calls `warmUp()`.
    NEVER
  }

  /// The sessions that [CompiledModel#run] borrows.
  ///
  /// @param sessions the most that there are at a time; each has a workspace of its own
  /// @param longestWait how long a run waits for one while all are taken
  public record Pool(int sessions, Duration longestWait) {
    /// Longer than anybody waits.
    private static final Duration FOR_EVER = Duration.ofNanos(Long.MAX_VALUE);

    public Pool {
      if (sessions < 1) {
        throw MerapiException.of(Kind.ARGUMENT, "options: a pool needs a session")
            .with("sessions", sessions);
      }
      if (longestWait.isNegative()) {
        throw MerapiException.of(Kind.ARGUMENT, "options: negative time")
            .with("longestWait", longestWait);
      }
    }

    /// As many as the machine has processors; a run waits until one is free.
    static Pool ofProcessors() {
      return new Pool(Runtime.getRuntime().availableProcessors(), FOR_EVER);
    }

    /// The time to wait, at most some 292 years.
    long waitNanos() {
      return longestWait.compareTo(FOR_EVER) < 0 ? longestWait.toNanos() : Long.MAX_VALUE;
    }
  }

  /// More threads than any machine has use for.
  private static final int MOST_THREADS = 4096;

  public CompileOptions {
    sizes = Map.copyOf(sizes);
    varying = Set.copyOf(varying);
    if (threads < 1) {
      throw MerapiException.of(Kind.ARGUMENT, "options: needs a thread").with("threads", threads);
    }
    if (threads > MOST_THREADS) {
      throw MerapiException.of(Kind.ARGUMENT, "options: too many threads")
          .with("threads", threads)
          .with("limit", MOST_THREADS)
          .hint("as many as there are processors are the most that helps");
    }
    if (maxMemory < 0) {
      throw MerapiException.of(Kind.ARGUMENT, "options: negative memory").with("bytes", maxMemory);
    }
    if (maxOperations < 0) {
      throw MerapiException.of(Kind.ARGUMENT, "options: negative number of operations")
          .with("operations", maxOperations);
    }
  }

  /// For the CPU, on the caller's thread alone.
  public static CompileOptions cpu() {
    return on("cpu");
  }

  /// For the backend of that name.
  public static CompileOptions on(String backend) {
    return unlimited(Optional.of(backend));
  }

  /// For the best backend that works here.
  public static CompileOptions best() {
    return unlimited(Optional.empty());
  }

  private static CompileOptions unlimited(Optional<String> backend) {
    return new CompileOptions(
        backend,
        Optional.empty(),
        Map.of(),
        Set.of(),
        1,
        Long.MAX_VALUE,
        Long.MAX_VALUE,
        WarmUp.BACKGROUND,
        Pool.ofProcessors());
  }

  /// Has kernels made for a target, whatever the system property `merapi.target` says; the bits do
  /// not depend on it. The usual target is the fastest, so this is for who measures or looks for a
  /// mistake.
  public CompileOptions target(KernelTarget kernels) {
    return new CompileOptions(
        backend,
        Optional.of(kernels),
        sizes,
        varying,
        threads,
        maxMemory,
        maxOperations,
        warmUp,
        pool);
  }

  /// Binds a named size of the inputs. A name that a model does not have is refused when it is
  /// compiled.
  public CompileOptions size(String name, long size) {
    var without = new HashSet<>(varying);
    without.remove(name);
    return bound(name, size, without);
  }

  /// Lets sessions choose a named size up to a largest one, which memory is planned for.
  public CompileOptions upTo(String name, long largest) {
    var more = new HashSet<>(varying);
    more.add(name);
    return bound(name, largest, more);
  }

  private CompileOptions bound(String name, long size, Set<String> open) {
    if (size < 1) {
      throw MerapiException.of(Kind.ARGUMENT, "options: a size must be positive")
          .with("name", name)
          .with("size", size);
    }
    var all = new LinkedHashMap<>(sizes);
    all.put(name, size);
    return new CompileOptions(
        backend, target, all, open, threads, maxMemory, maxOperations, warmUp, pool);
  }

  /// Lets one run use that many threads. A backend uses fewer where the machine has too few
  /// processors for them, and [CompiledModel#diagnostics()] says so.
  public CompileOptions threads(int count) {
    return new CompileOptions(
        backend, target, sizes, varying, count, maxMemory, maxOperations, warmUp, pool);
  }

  /// Refuses to take more memory than that for a session and what all sizes need of the model.
  public CompileOptions maxMemory(long bytes) {
    return new CompileOptions(
        backend, target, sizes, varying, threads, bytes, maxOperations, warmUp, pool);
  }

  /// Refuses models of which one run takes more operations than that: what bounds the time that
  /// somebody else's model may take. Until a model is warm a core does some 10^8 of them in a
  /// second, a fifth of that where they are scattered over tiny parts; far more then.
  public CompileOptions maxOperations(long operations) {
    return new CompileOptions(
        backend, target, sizes, varying, threads, maxMemory, operations, warmUp, pool);
  }

  /// Chooses when kernels are brought to their full speed; the bits do not depend on it.
  public CompileOptions warmUp(WarmUp when) {
    return new CompileOptions(
        backend, target, sizes, varying, threads, maxMemory, maxOperations, when, pool);
  }

  /// Chooses how many sessions [CompiledModel#run] shares, and how long a run waits for one while
  /// all are taken, before it is refused. Otherwise there are as many as processors, and a run
  /// waits for ever.
  public CompileOptions pool(int sessions, Duration longestWait) {
    return new CompileOptions(
        backend,
        target,
        sizes,
        varying,
        threads,
        maxMemory,
        maxOperations,
        warmUp,
        new Pool(sessions, longestWait));
  }
}
