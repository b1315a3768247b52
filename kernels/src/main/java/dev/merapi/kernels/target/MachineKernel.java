package dev.merapi.kernels.target;

import dev.merapi.kernels.jit.Kernel;
import dev.merapi.kernels.machine.MachineCall;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.ref.Reference;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/// A kernel as machine code: at its full speed from the first call on.
///
/// Who closes it must know that no call is running. One that nobody refers to any more is closed by
/// the collector.
public final class MachineKernel implements Kernel, AutoCloseable {
  private final SharedCode code;
  private final Once release;

  /// What the collector watches: when it goes, so does the code.
  private final MemorySegment life;

  private @Nullable MemorySegment entry;

  /// Does something the first time.
  private record Once(Runnable action, AtomicBoolean done) {
    void run() {
      if (!done.getAndSet(true)) {
        action.run();
      }
    }
  }

  /// @param release gives the code back; it may not refer to the kernel
  MachineKernel(SharedCode code, Runnable release) {
    Once once = new Once(release, new AtomicBoolean());
    this.code = code;
    this.release = once;
    this.life = MemorySegment.NULL.reinterpret(Arena.ofAuto(), _ -> once.run());
  }

  SharedCode code() {
    return code;
  }

  /// Makes it ready, if its code is placed.
  void enter() {
    entry = code.entry();
  }

  private MemorySegment entrance() {
    MemorySegment known = entry;
    if (known == null) {
      throw new IllegalStateException("machine code: not placed");
    }
    return known;
  }

  /// A call of at most some 50 microseconds: the collector waits for it.
  @Override
  public void run(long p0, long p1, long p2, long p3, long p4, long p5) {
    MachineCall.call(entrance(), p0, p1, p2, p3, p4, p5);
    Reference.reachabilityFence(life);
  }

  private void runLong(long p0, long p1, long p2, long p3, long p4, long p5) {
    MachineCall.callLong(entrance(), p0, p1, p2, p3, p4, p5);
    Reference.reachabilityFence(life);
  }

  @Override
  public long entry() {
    return entrance().address();
  }

  /// Each call takes some nanoseconds more.
  @Override
  public Kernel lasting() {
    return new Lasting(this);
  }

  /// For calls that the collector does not wait for.
  private record Lasting(MachineKernel kernel) implements Kernel {
    @Override
    public void run(long p0, long p1, long p2, long p3, long p4, long p5) {
      kernel.runLong(p0, p1, p2, p3, p4, p5);
    }

    @Override
    public long entry() {
      return kernel.entry();
    }

    @Override
    public boolean isLasting() {
      return true;
    }

    @Override
    public Kernel lasting() {
      return this;
    }
  }

  /// Closing twice does nothing more.
  @Override
  public void close() {
    release.run();
  }
}
