package dev.merapi;

import dev.merapi.SharedMemory.Block;
import dev.merapi.SharedMemory.Lease;
import dev.merapi.graph.Literal;
import dev.merapi.memory.Slab;
import dev.merapi.memory.Slot;
import dev.merapi.memory.UseCount;
import dev.merapi.spi.Addresses;
import dev.merapi.spi.Buffer;
import dev.merapi.spi.Buffer.Space;
import dev.merapi.spi.Executable;
import dev.merapi.spi.Packed;
import dev.merapi.spi.Program;
import dev.merapi.spi.Runner;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import java.util.function.ToLongFunction;

/// A program compiled for one set of sizes.
///
/// It leases its part of the memory that all plans of a model share ([#settle]) before sessions are
/// bound to it, and may give that back while nobody holds it.
final class Plan {
  /// What packed memory is known by: the parameter's name, or the constant, and the layout.
  private record PackedKey(Object source, Object layout) {}

  private final Map<String, Long> sizes;
  private final Program program;
  private final Executable executable;
  private final Persistent persistent;
  private final SharedMemory shared;
  private final List<Block> blocks;
  private final UseCount uses;
  private final BackgroundWarmUp.Part warmUp;

  /// Changed under the lock of [Plans], and when the plan is freed.
  private volatile Optional<Lease> lease = Optional.empty();

  /// What may run it. Each has a use of it until it ends, or the plan is closed and it does not
  /// run.
  private final Set<Binding> bindings = ConcurrentHashMap.newKeySet();

  /// Set after `uses` was closed.
  private volatile boolean closed;

  /// The sessions that are bound to it, running or not, and those about to be.
  private final AtomicInteger holders = new AtomicInteger();

  /// @param owner what messages call the thing that is closed
  /// @param executable closed with the plan; if none comes about, it is the caller's to close
  Plan(
      String owner,
      Map<String, Long> sizes,
      Program program,
      Executable executable,
      Persistent persistent,
      SharedMemory shared,
      BackgroundWarmUp background) {
    this.sizes = sizes;
    this.program = program;
    this.executable = executable;
    this.persistent = persistent;
    this.shared = shared;
    blocks = blocks();
    uses = new UseCount(owner, this::free);
    warmUp = background.of(executable, uses);
    persistent.slab().acquire();
  }

  private List<Block> blocks() {
    var wanted = new ArrayList<Block>();
    for (Literal literal : program.constants().values()) {
      wanted.add(
          new Block(
              literal,
              literal.type().bytes(),
              (slab, address, _) -> {
                var slot = new Slot(address - slab.address(), literal.type().bytes());
                slab.view("constant", literal.type(), slot).copyFrom(literal);
              }));
    }
    for (Packed packed : executable.packed()) {
      wanted.add(
          new Block(
              key(packed),
              packed.bytes(),
              (_, address, others) ->
                  packed.packer().pack(address(packed.source(), others), address)));
    }
    return List.copyOf(wanted);
  }

  private Object key(Packed packed) {
    return new PackedKey(source(packed.source()), packed.layout());
  }

  private Object source(Buffer buffer) {
    return buffer.space() == Space.CONSTANT ? constant(buffer) : buffer.label();
  }

  private Literal constant(Buffer buffer) {
    Literal literal = program.constants().get(buffer);
    if (literal == null) {
      throw new IllegalArgumentException("no constant of this program: " + buffer);
    }
    return literal;
  }

  private long address(Buffer buffer, ToLongFunction<Object> constants) {
    return buffer.space() == Space.CONSTANT
        ? constants.applyAsLong(constant(buffer))
        : persistent.address(buffer);
  }

  private void free() {
    executable.close();
    leave();
    persistent.slab().release();
  }

  /// Leases its part of the shared memory, if it has not.
  void settle() {
    if (lease.isEmpty()) {
      lease = Optional.of(shared.lease(blocks));
    }
  }

  /// Gives its part of the shared memory back; nobody runs it any more.
  void leave() {
    Optional<Lease> ended = lease;
    lease = Optional.empty();
    ended.ifPresent(shared::end);
  }

  boolean isSettled() {
    return lease.isPresent();
  }

  /// The bytes that [#settle] would add to the shared memory.
  long missingBytes() {
    return isSettled() ? 0 : shared.missing(blocks);
  }

  Map<String, Long> sizes() {
    return sizes;
  }

  Program program() {
    return program;
  }

  Executable executable() {
    return executable;
  }

  /// Keeps it, settled, among the plans of a model; every call is paired with [#letGo].
  void hold() {
    holders.incrementAndGet();
  }

  void letGo() {
    holders.decrementAndGet();
  }

  boolean isHeld() {
    return holders.get() > 0;
  }

  /// Whether only one session is bound to it.
  boolean isHeldOnce() {
    return holders.get() == 1;
  }

  UseCount uses() {
    return uses;
  }

  /// Takes note of a binding, which has acquired a use.
  void add(Binding binding) {
    bindings.add(binding);
    if (closed) {
      binding.releaseIdle();
    }
  }

  void remove(Binding binding) {
    bindings.remove(binding);
  }

  /// Refuses new runs; memory and code are given back when the last running one has returned.
  void close() {
    uses.close();
    closed = true;
    bindings.forEach(Binding::releaseIdle);
  }

  boolean isClosed() {
    return closed;
  }

  /// What a session does when it runs.
  void run(Runner runner) {
    if (warmUp.isOver()) {
      runner.run();
    } else {
      warmUp.timed(runner);
    }
  }

  /// Bytes of a session: the program's part and the backend's.
  long sessionBytes() {
    return Math.addExact(program.sessionBytes(), executable.scratchBytes());
  }

  /// Where everything lies for a session; while the plan is held.
  Addresses addresses(Workspace session) {
    return addresses(persistent, session);
  }

  private Addresses addresses(Persistent parameters, Workspace session) {
    Lease settled = lease.orElseThrow();
    var places = new HashMap<Buffer, Long>();
    for (Buffer buffer : program.buffers()) {
      switch (buffer.space()) {
        case PARAMETER -> places.put(buffer, parameters.address(buffer));
        case CONSTANT -> places.put(buffer, settled.address(constant(buffer)));
        case INPUT, OUTPUT, TEMPORARY -> {} // in the session
      }
    }
    return new Addresses(
        places,
        executable.packed().stream().map(packed -> settled.address(key(packed))).toList(),
        session.values().address(),
        session.scratch().address());
  }

  /// Before a session is bound to it.
  void prepare() {
    warmUp.prepare();
  }

  /// Warms up the kernels.
  ///
  /// @return whether it came to an end, and was not interrupted
  boolean warmUpKernels() {
    return warmUp.finish();
  }

  /// Warms up the kernels, then all of the program on a copy of its memory; while it is held.
  ///
  /// @param spare bytes that the copy may take; the second part is left out if they do not suffice
  void warmUp(long spare) {
    used(() -> {
      if (warmUpKernels() && Math.addExact(persistent.slab().bytes(), sessionBytes()) <= spare) {
        rehearse();
      }
      return this;
    });
  }

  private void rehearse() {
    Persistent parameters = persistent.copy();
    try (Slab _ = parameters.slab();
        Workspace session = Workspace.of(this)) {
      Rehearsal.of(executable.bind(addresses(parameters, session)));
    } catch (RuntimeException e) {
      // An operation refuses inputs of zeros: that says nothing about the runs to come.
      Log.debug("warm-up: not rehearsed", e);
    }
  }

  private <T> T used(Supplier<T> work) {
    uses.acquire();
    try {
      return work.get();
    } finally {
      uses.release();
    }
  }

  MemoryUse memory() {
    return memory(program, executable);
  }

  static MemoryUse memory(Program program, Executable executable) {
    long packedBytes = 0;
    for (Packed packed : executable.packed()) {
      packedBytes += packed.bytes();
    }
    return new MemoryUse(
        program.persistentBytes(), packedBytes, program.sessionBytes(), executable.scratchBytes());
  }
}
