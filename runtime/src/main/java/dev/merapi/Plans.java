package dev.merapi;

import dev.merapi.MerapiException.Kind;
import dev.merapi.memory.HostTensor;
import dev.merapi.spi.Backend;
import dev.merapi.spi.Executable;
import dev.merapi.spi.Program;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Function;

/// The plans of one model by their sizes: compiled when asked for, the least recently used ones
/// given back when there are many. Thread-safe.
final class Plans {
  /// How many plans are kept; those that are held, such as by sessions, are kept anyway.
  private static final int KEPT = 32;

  private static final System.Logger LOG = System.getLogger("dev.merapi");

  private final String owner;
  private final Backend backend;
  private final CompileOptions options;
  private final Function<Map<String, Long>, Program> programs;
  private final ReentrantLock lock = new ReentrantLock();
  private final LinkedHashMap<Map<String, Long>, Plan> plans = new LinkedHashMap<>(16, 0.75f, true);
  private final List<Persistent> memories = new ArrayList<>();
  private final Plan largest;
  private boolean closed;

  /// Compiles the plan of the largest sizes.
  ///
  /// @param owner what messages call the thing that is closed
  /// @param programs gives the program of bound sizes
  /// @param parameters the first parameters; others start as zeros
  Plans(
      String owner,
      CompileOptions options,
      Function<Map<String, Long>, Program> programs,
      Map<String, HostTensor> parameters) {
    this(owner, Backends.of(options), options, programs, parameters);
  }

  Plans(
      String owner,
      Backend backend,
      CompileOptions options,
      Function<Map<String, Long>, Program> programs,
      Map<String, HostTensor> parameters) {
    this.owner = owner;
    this.backend = backend;
    this.options = options;
    this.programs = programs;
    try {
      largest = add(options.sizes(), parameters);
    } catch (RuntimeException | Error e) {
      memories.forEach(memory -> memory.slab().close());
      throw e;
    }
    log(System.Logger.Level.DEBUG); // before the warm-up it is no surprise that kernels are slow
  }

  /// Warms up the plan of the largest sizes, and warns if something stays slow.
  void warmUp() {
    largest.warmUp(options.maxMemory() - largest.memory().total());
    log(System.Logger.Level.WARNING);
  }

  private void log(System.Logger.Level level) {
    if (LOG.isLoggable(level)) {
      largest.diagnostics().forEach(line -> LOG.log(level, owner + ": " + line));
    }
  }

  Plan largest() {
    return largest;
  }

  CompileOptions options() {
    return options;
  }

  /// The plan of these sizes, held: nobody gives it back before the caller lets go of it.
  Plan hold(Map<String, Long> sizes) {
    lock.lock();
    try {
      checkOpen();
      Plan known = plans.get(sizes);
      Plan plan = known == null ? add(sizes, memories.getFirst().parameters()) : known;
      plan.hold();
      trim();
      return plan;
    } finally {
      lock.unlock();
    }
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

  private Plan add(Map<String, Long> sizes, Map<String, HostTensor> parameters) {
    Program program = programs.apply(sizes);
    ProgramLimits.check(program, options);
    Executable executable = backend.compile(program, options.threads());
    try {
      checkMemory(Plan.memory(program, executable));
      Persistent memory = memory(Persistent.Layout.of(program), parameters);
      var plan = new Plan(owner, sizes, program, executable, memory);
      plans.put(sizes, plan);
      return plan;
    } catch (RuntimeException | Error e) {
      executable.close();
      throw e;
    }
  }

  private void checkMemory(MemoryUse use) {
    if (use.total() > options.maxMemory()) {
      throw MerapiException.of(Kind.MEMORY, "compile: needs more memory than allowed")
          .with("needed", use)
          .with("allowed", options.maxMemory())
          .hint("bind smaller sizes or raise maxMemory");
    }
  }

  private Persistent memory(Persistent.Layout layout, Map<String, HostTensor> parameters) {
    for (Persistent known : memories) {
      if (known.layout().equals(layout)) {
        return known;
      }
    }
    var memory = new Persistent(layout);
    try {
      memory.copyFrom(parameters);
    } catch (RuntimeException | Error e) {
      memory.slab().close();
      throw e;
    }
    memories.add(memory);
    return memory;
  }

  private void trim() {
    var all = new ArrayList<>(plans.values());
    for (Plan plan : all) {
      if (plans.size() > KEPT && plan != largest && !plan.isHeld()) {
        plans.remove(plan.sizes());
        plan.uses().close();
      }
    }
  }

  void checkOpen() {
    largest.uses().check();
  }

  /// Refuses new runs; memory and code are given back when the last running one has returned.
  void close() {
    lock.lock();
    try {
      if (!closed) {
        closed = true;
        plans.values().forEach(plan -> plan.uses().close());
        memories.forEach(memory -> memory.slab().close());
      }
    } finally {
      lock.unlock();
    }
  }
}
