package dev.merapi.kernels.target;

import dev.merapi.kernels.ir.Routine;
import dev.merapi.kernels.jit.KernelCache;
import dev.merapi.kernels.jit.Lanes;
import dev.merapi.kernels.jit.Trial;
import dev.merapi.kernels.machine.CallingConvention;
import dev.merapi.kernels.machine.CodeBlock;
import dev.merapi.kernels.machine.CodePages;
import dev.merapi.kernels.machine.Cpu;
import dev.merapi.kernels.machine.Cpu.Level;
import dev.merapi.kernels.machine.Installation.Installed;
import dev.merapi.kernels.machine.Installation.Refused;
import dev.merapi.kernels.machine.KernelCode;
import dev.merapi.kernels.machine.lower.MachineCompiler;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;

/// Makes machine code of routines, for this processor and system. Equal kernels share their code,
/// which is given back when the last of them is closed. Safe for use by several threads.
public final class MachineTarget implements Target {
  private static final int AVX2_LANES = 8;
  private static final int AVX512_LANES = 16;

  private static final String OLD_PROCESSOR =
      "machine code: the processor lacks AVX2 or FMA, or is no x86-64";

  /// A target, or why there is none.
  public sealed interface Result {
    record Found(MachineTarget target) implements Result {}

    /// @param reason for people
    record None(String reason) implements Result {}
  }

  /// The code of a key, and how many have it.
  private static final class Shared {
    private final CodeBlock block;
    private int users;

    Shared(CodeBlock block) {
      this.block = block;
    }
  }

  private final Level level;
  private final CodePages pages;
  private final Target next;
  private final Listener listener;
  private final Map<Object, Shared> kernels = new HashMap<>();
  private volatile Optional<String> refusal = Optional.empty();

  private MachineTarget(Level level, CodePages pages, Target next, Listener listener) {
    this.level = level;
    this.pages = pages;
    this.next = next;
    this.listener = listener;
  }

  /// A target of its own, which shares nothing with others, of at most a level. Where the system
  /// refuses code there is none.
  public static Result upTo(Level most) {
    return upTo(most, new BytecodeTarget(Lanes.SCALAR, new KernelCache()));
  }

  /// The same.
  ///
  /// @param next makes what the system refuses later
  public static Result upTo(Level most, Target next) {
    return switch (CodePages.host()) {
      case CodePages.Result.None(String reason) -> new Result.None(reason);
      case CodePages.Result.Pages(CodePages pages) -> {
        Level level = Cpu.host().atMost(most).level();
        yield level == Level.NONE
            ? new Result.None(Cpu.refusal().orElse(OLD_PROCESSOR))
            : new Result.Found(new MachineTarget(level, pages, next, Listener.NONE));
      }
    };
  }

  /// What the code may use of the processor; not `NONE`.
  public Level level() {
    return level;
  }

  @Override
  public int registerLanes() {
    return level == Level.AVX512 ? AVX512_LANES : AVX2_LANES;
  }

  /// Why the system has refused code, if it has. Then there is none any more.
  public Optional<String> refusal() {
    return refusal;
  }

  /// How many kernels are in use.
  public int size() {
    synchronized (kernels) {
      return kernels.size();
    }
  }

  @Override
  public MachineTarget anew(Listener told) {
    return new MachineTarget(level, pages, next.anew(told), told);
  }

  @Override
  public MadeKernel make(Object key, Supplier<Routine> routine, Supplier<Trial> trial) {
    return kernel(key, routine).map(MadeKernel::of).orElseGet(() -> next.make(key, routine, trial));
  }

  /// A kernel, compiled now if nobody has one of that key.
  ///
  /// @param key a value that says all that the routine depends on
  /// @return empty if the system refuses code
  public Optional<MachineKernel> kernel(Object key, Supplier<Routine> routine) {
    Optional<MachineKernel> known = known(key);
    if (known.isPresent() || refusal.isPresent()) {
      return known;
    }
    Routine source = routine.get();
    var code = MachineCompiler.compile(source, level, CallingConvention.host());
    return switch (pages.install(List.of(new KernelCode(source.name(), code)))) {
      case Refused(String reason) -> {
        refusal = Optional.of(reason);
        yield Optional.empty();
      }
      case Installed(CodeBlock block) -> {
        listener.made(source, Optional.of(code));
        yield Optional.of(add(key, block));
      }
    };
  }

  private Optional<MachineKernel> known(Object key) {
    synchronized (kernels) {
      return Optional.ofNullable(kernels.get(key)).map(shared -> use(key, shared));
    }
  }

  /// Another thread may have been faster: then its code serves.
  private MachineKernel add(Object key, CodeBlock block) {
    synchronized (kernels) {
      Shared shared = kernels.computeIfAbsent(key, _ -> new Shared(block));
      if (shared.block != block) {
        block.close();
      }
      return use(key, shared);
    }
  }

  private MachineKernel use(Object key, Shared shared) {
    shared.users++;
    return new MachineKernel(shared.block.entry(0), () -> leave(key, shared));
  }

  private void leave(Object key, Shared shared) {
    synchronized (kernels) {
      shared.users--;
      if (shared.users == 0) {
        kernels.remove(key);
        shared.block.close();
      }
    }
  }

  /// The level, for people.
  @Override
  public String toString() {
    return level == Level.AVX512 ? "AVX-512" : "AVX2";
  }
}
