package dev.merapi;

import dev.merapi.MerapiException.Kind;
import dev.merapi.memory.HostTensor;
import dev.merapi.spi.Backend;
import dev.merapi.spi.Executable;
import dev.merapi.spi.LoopLimits;
import dev.merapi.spi.Program;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.BiFunction;

/// The plans of one model by their sizes: compiled when asked for, the least recently used ones
/// given back when there are many, and their memory when all together would take more than is
/// allowed. Thread-safe.
final class Plans {
  /// How many plans are kept; those that are held, such as by sessions, are kept anyway. Most take
  /// some 10 KB of heap, large ones some 100: what is large is memory that plans share or give
  /// back.
  static final int KEPT = 256;

  private final String owner;
  private final Backend backend;
  private final CompileOptions options;
  private final BiFunction<Map<String, Long>, LoopLimits, Program> programs;

  /// Monitors are given back by the JVM, whatever is thrown.
  private final Object lock = new Object();

  private final LinkedHashMap<Map<String, Long>, Plan> plans = new LinkedHashMap<>(16, 0.75f, true);
  private final SharedMemory shared = new SharedMemory();
  private final Persistent persistent;
  private final BackgroundWarmUp background;
  private final Set<String> warnings = ConcurrentHashMap.newKeySet();
  private final Plan largest;
  private boolean closed;

  /// Compiles the plan of the largest sizes.
  ///
  /// @param owner what messages call the thing that is closed
  /// @param programs gives the program of bound sizes for a target of such limits
  /// @param parameters the first parameters; others start as zeros
  Plans(
      String owner,
      CompileOptions options,
      BiFunction<Map<String, Long>, LoopLimits, Program> programs,
      Map<String, HostTensor> parameters) {
    this(owner, Backends.of(options), options, programs, parameters);
  }

  Plans(
      String owner,
      Backend backend,
      CompileOptions options,
      BiFunction<Map<String, Long>, LoopLimits, Program> programs,
      Map<String, HostTensor> parameters) {
    this.owner = owner;
    this.backend = backend;
    this.options = options;
    this.programs = programs;
    background = BackgroundWarmUp.of(options.warmUp(), this::warn);
    Program program = program(options.sizes());
    persistent = Persistent.of(program, parameters);
    try {
      largest = add(options.sizes(), program);
      settle(largest, Optional.empty());
      if (options.warmUp() == CompileOptions.WarmUp.BEFORE) {
        warmUp();
      }
    } catch (RuntimeException | Error e) {
      plans.values().forEach(Plan::close);
      persistent.slab().close();
      throw e;
    }
  }

  /// Warms up the kernels of all plans and the largest one as a whole, and warns if something stays
  /// slow. An interrupt ends it soon; the thread stays interrupted.
  void warmUp() {
    all().forEach(Plan::warmUpKernels);
    Plan plan = hold(options.sizes());
    try {
      plan.warmUp(options.maxMemory() - inUse(plan));
    } finally {
      plan.letGo();
    }
    if (Thread.currentThread().isInterrupted()) {
      Log.warning(owner + ": the warm-up was interrupted");
    }
    warn(diagnostics());
  }

  /// What somebody who wonders about speed should know, a sentence a line, with the sizes where it
  /// does not hold for all.
  List<String> diagnostics() {
    List<Plan> all = all();
    var sizes = new LinkedHashMap<String, List<String>>();
    for (Plan plan : all) {
      for (String line : plan.executable().diagnostics()) {
        sizes.computeIfAbsent(line, _ -> new ArrayList<>()).add(plan.sizes().toString());
      }
    }
    return sizes.entrySet().stream()
        .map(line ->
            line.getValue().size() == all.size()
                ? line.getKey()
                : String.join(", ", line.getValue()) + ": " + line.getKey())
        .toList();
  }

  private List<Plan> all() {
    synchronized (lock) {
      checkOpen();
      return List.copyOf(plans.values());
    }
  }

  /// Logs each sentence once.
  private void warn(List<String> lines) {
    lines.stream().filter(warnings::add).forEach(line -> Log.warning(owner + ": " + line));
  }

  Plan largest() {
    return largest;
  }

  CompileOptions options() {
    return options;
  }

  /// The parameters, which all plans read.
  Persistent persistent() {
    return persistent;
  }

  /// The plan of these sizes, held: nobody gives it back before the caller lets go of it.
  ///
  /// @throws MerapiException of kind `MEMORY` if it does not fit beside the plans that are held
  Plan hold(Map<String, Long> sizes) {
    return hold(sizes, Optional.empty());
  }

  /// The plan of these sizes for a session that is going to leave another one. Where both do not
  /// fit and nobody else holds the other one, its memory is given back at once: the session cannot
  /// run it any more ([Plan#isSettled]).
  Plan holdInstead(Map<String, Long> sizes, Plan leaving) {
    return hold(sizes, Optional.of(leaving));
  }

  private Plan hold(Map<String, Long> sizes, Optional<Plan> leaving) {
    StackReserve.check();
    synchronized (lock) {
      Plan plan = known(sizes);
      settle(plan, leaving);
      plan.hold();
      trim();
      return plan;
    }
  }

  /// The memory that these sizes take by themselves.
  MemoryUse memory(Map<String, Long> sizes) {
    synchronized (lock) {
      MemoryUse use = known(sizes).memory();
      trim();
      return use;
    }
  }

  private Plan known(Map<String, Long> sizes) {
    checkOpen();
    Plan known = plans.get(sizes);
    return known == null ? add(sizes, program(sizes)) : known;
  }

  /// The sizes with one of them changed.
  ///
  /// @throws MerapiException of kind `ARGUMENT` if it may not vary or is out of range
  Map<String, Long> resized(Map<String, Long> sizes, String name, long size) {
    Long limit = options.sizes().get(name);
    boolean allowed =
        limit != null && size >= 1 && size <= limit && options.varying().contains(name);
    if (!allowed && !(limit != null && limit == size)) {
      throw MerapiException.of(Kind.ARGUMENT, "resize: size is fixed or out of range")
          .with("name", name)
          .with("size", size)
          .with("bound", options.sizes())
          .hint("compile with upTo(\"" + name + "\", largest)");
    }
    var changed = new LinkedHashMap<>(sizes);
    changed.put(name, size);
    return Map.copyOf(changed);
  }

  /// The sizes with several of them changed.
  Map<String, Long> resized(Map<String, Long> sizes, Map<String, Long> changes) {
    Map<String, Long> changed = sizes;
    for (var change : changes.entrySet()) {
      changed = resized(changed, change.getKey(), change.getValue());
    }
    return changed;
  }

  private Program program(Map<String, Long> sizes) {
    Program program = programs.apply(sizes, backend.limits());
    ProgramLimits.check(program, options);
    return program;
  }

  private Plan add(Map<String, Long> sizes, Program program) {
    Executable executable = backend.compile(program, options.threads());
    try {
      MemoryUse alone = Plan.memory(program, executable);
      if (alone.total() > options.maxMemory()) {
        throw tooLarge().with("needed", alone);
      }
      var plan = new Plan(owner, sizes, program, executable, persistent, shared, background);
      plans.put(sizes, plan);
      return plan;
    } catch (RuntimeException | Error e) {
      executable.close();
      throw e;
    }
  }

  private MerapiException tooLarge() {
    return MerapiException.of(Kind.MEMORY, "compile: needs more memory than allowed")
        .with("allowed", options.maxMemory())
        .hint("bind smaller sizes or raise maxMemory");
  }

  /// Gives a plan its part of the shared memory, and takes that of others that nobody holds, the
  /// least recently used first, until all fit.
  private void settle(Plan plan, Optional<Plan> leaving) {
    if (plan.isSettled()) {
      return;
    }
    var others = new ArrayDeque<>(plans.values());
    others.removeIf(other -> other == plan || !other.isSettled() || other.isHeld());
    leaving.filter(other -> other != plan && other.isHeldOnce()).ifPresent(others::add);
    while (wanted(plan) > options.maxMemory()) {
      if (others.isEmpty()) {
        throw tooLarge()
            .with("sizes", plan.sizes())
            .with("needed", wanted(plan))
            .with("held by sessions of", heldSizes())
            .hint("close sessions of other sizes, bind smaller ones or raise maxMemory");
      }
      others.removeFirst().leave();
    }
    plan.settle();
  }

  /// The bytes that all plans share.
  long sharedBytes() {
    return shared.bytes();
  }

  /// The bytes of the model and of one session, whichever of the sizes in use it has.
  long inUse() {
    synchronized (lock) {
      return plans.values().stream().filter(Plan::isSettled).mapToLong(this::inUse).max().orElse(0);
    }
  }

  private List<Map<String, Long>> heldSizes() {
    return plans.values().stream().filter(Plan::isHeld).map(Plan::sizes).toList();
  }

  private long wanted(Plan plan) {
    return Math.addExact(inUse(plan), plan.missingBytes());
  }

  /// The bytes of the model and of one session that has run a plan: each begins with the largest.
  private long inUse(Plan plan) {
    long session = Math.max(plan.sessionBytes(), largest.sessionBytes());
    return Math.addExact(Math.addExact(persistent.slab().bytes(), shared.bytes()), session);
  }

  private void trim() {
    var all = new ArrayList<>(plans.values());
    for (Plan plan : all) {
      if (plans.size() > KEPT && plan != largest && !plan.isHeld()) {
        plans.remove(plan.sizes());
        plan.close();
      }
    }
  }

  void checkOpen() {
    largest.uses().check();
  }

  /// Refuses new runs; memory and code are given back when the last running one has returned.
  void close() {
    StackReserve.check();
    synchronized (lock) {
      if (!closed) {
        closed = true;
        plans.values().forEach(Plan::close);
        persistent.slab().close();
      }
    }
  }
}
