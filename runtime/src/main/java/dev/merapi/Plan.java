package dev.merapi;

import dev.merapi.memory.Slab;
import dev.merapi.memory.UseCount;
import dev.merapi.spi.Addresses;
import dev.merapi.spi.Executable;
import dev.merapi.spi.Program;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;

/// A program compiled for one set of sizes, with the memory that all its sessions share.
final class Plan {
  private static final System.Logger LOG = System.getLogger("dev.merapi");

  private final Map<String, Long> sizes;
  private final Program program;
  private final Executable executable;
  private final Persistent persistent;
  private final Slab packed;
  private final UseCount uses;

  /// The sessions that are bound to it, running or not, and those about to be.
  private final AtomicInteger holders = new AtomicInteger();

  /// @param owner what messages call the thing that is closed
  /// @param executable closed with the plan; if none comes about, it is the caller's to close
  Plan(
      String owner,
      Map<String, Long> sizes,
      Program program,
      Executable executable,
      Persistent persistent) {
    this.sizes = sizes;
    this.program = program;
    this.executable = executable;
    this.persistent = persistent;
    packed = Slab.allocate(executable.packedBytes());
    persistent.slab().acquire();
    uses = new UseCount(owner, this::free);
    try {
      executable.pack(new Addresses(persistent.slab().address(), packed.address(), 0, 0));
    } catch (RuntimeException | Error e) {
      packed.close();
      persistent.slab().release();
      throw e;
    }
  }

  private void free() {
    executable.close();
    packed.close();
    persistent.slab().release();
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

  Persistent persistent() {
    return persistent;
  }

  /// Keeps it among the plans of a model; every call is paired with [#letGo].
  void hold() {
    holders.incrementAndGet();
  }

  void letGo() {
    holders.decrementAndGet();
  }

  boolean isHeld() {
    return holders.get() > 0;
  }

  /// Held while it runs.
  UseCount uses() {
    return uses;
  }

  /// Bytes of a session's slab: the program's part, then the backend's.
  long sessionBytes() {
    return Math.addExact(scratchOffset(), executable.scratchBytes());
  }

  private long scratchOffset() {
    return Math.ceilDiv(program.sessionBytes(), Slab.ALIGNMENT) * Slab.ALIGNMENT;
  }

  Addresses addresses(Slab session) {
    return addresses(persistent.slab(), session);
  }

  private Addresses addresses(Slab parameters, Slab session) {
    return new Addresses(
        parameters.address(),
        packed.address(),
        session.address(),
        session.address() + scratchOffset());
  }

  List<String> diagnostics() {
    return used(executable::diagnostics);
  }

  /// Warms up the kernels, then all of the program on a copy of its memory.
  ///
  /// @param spare bytes that the copy may take; the second part is left out if they do not suffice
  void warmUp(long spare) {
    used(() -> {
      executable.warmUp();
      if (Math.addExact(persistent.slab().bytes(), sessionBytes()) <= spare) {
        rehearse();
      }
      return this;
    });
  }

  private void rehearse() {
    try (Slab parameters = Slab.allocate(persistent.slab().bytes());
        Slab session = Slab.allocate(sessionBytes())) {
      parameters.segment().copyFrom(persistent.slab().segment());
      Rehearsal.of(executable.bind(addresses(parameters, session)));
    } catch (RuntimeException e) {
      // An operation refuses inputs of zeros: that says nothing about the runs to come.
      LOG.log(System.Logger.Level.DEBUG, "warm-up: not rehearsed", e);
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
    return new MemoryUse(
        program.persistentBytes(),
        executable.packedBytes(),
        program.sessionBytes(),
        executable.scratchBytes());
  }
}
