package dev.merapi.kernels.target;

import dev.merapi.kernels.ir.Routine;
import dev.merapi.kernels.jit.KernelCache;
import dev.merapi.kernels.jit.Lanes;
import dev.merapi.kernels.jit.Trial;
import dev.merapi.kernels.machine.CallWalk;
import dev.merapi.kernels.machine.CallingConvention;
import dev.merapi.kernels.machine.CodePages;
import dev.merapi.kernels.machine.Cpu;
import dev.merapi.kernels.machine.Cpu.Level;
import dev.merapi.kernels.machine.KernelCode;
import dev.merapi.kernels.machine.lower.MachineCompiler;
import dev.merapi.spi.LoopLimits;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;

/// Makes machine code of routines, for this processor and system. Equal kernels share their code,
/// which is given back when the last of them is closed. Safe for use by several threads.
public final class MachineTarget implements Target {
  private static final int AVX2_LANES = 8;
  private static final int AVX512_LANES = 16;

  private static final String OLD_PROCESSOR =
      "machine code: the processor lacks AVX2 or FMA, or is no x86-64";

  /// Thirteen addresses stay in registers. More computations than others take do not pay: a core no
  /// longer overlaps the turns of the loop, and a chain of 300 took 1.6 times as long in one kernel
  /// as in four.
  private static final LoopLimits LIMITS = new LoopLimits(LoopLimits.COMMON.computations(), 32, 16);

  /// A target, or why there is none.
  public sealed interface Result {
    record Found(MachineTarget target) implements Result {}

    /// @param reason for people
    record None(String reason) implements Result {}
  }

  private final Level level;
  private final CodeStore store;
  private final Target next;
  private final Listener listener;

  /// Those that wait for [#place], where kernels are placed together.
  private final Optional<Batch> batch;

  private MachineTarget(
      Level level, CodeStore store, Target next, Listener listener, Optional<Batch> batch) {
    this.level = level;
    this.store = store;
    this.next = next;
    this.listener = listener;
    this.batch = batch;
  }

  private static MachineTarget of(Level level, CodePages pages, Target next, Listener listener) {
    return new MachineTarget(level, new CodeStore(pages), next, listener, Optional.empty());
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
            : new Result.Found(of(level, pages, next, Listener.NONE));
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

  @Override
  public LoopLimits limits() {
    return LIMITS;
  }

  /// Why the system has refused code, if it has. Then there is none any more.
  public Optional<String> refusal() {
    return store.refusal();
  }

  /// How many kernels are in use.
  public int size() {
    return store.size();
  }

  @Override
  public MachineTarget anew(Listener told) {
    return of(level, store.pages(), next.anew(told), told);
  }

  @Override
  public MachineTarget together() {
    return together(CompilerThreads.SHARED);
  }

  /// The same.
  ///
  /// @param threads compile the kernels beside the caller
  MachineTarget together(CompilerThreads threads) {
    return new MachineTarget(level, store, next, listener, Optional.of(new Batch(threads)));
  }

  @Override
  public boolean place() {
    return batch.map(each -> store.place(each.kernels())).orElse(true);
  }

  @Override
  public MadeKernel make(Object key, Supplier<Routine> routine, Supplier<Trial> trial) {
    return kernel(key, routine).map(MadeKernel::of).orElseGet(() -> next.make(key, routine, trial));
  }

  /// A kernel of a routine. If nobody has one of that key it is compiled: now, or until [#place]
  /// where kernels are placed together.
  ///
  /// @param key a value that says all that the routine depends on
  /// @param routine writes it, on any thread
  /// @return empty if the system refuses code
  public Optional<MachineKernel> kernel(Object key, Supplier<Routine> routine) {
    return made(
        key,
        () -> {
          Routine source = routine.get();
          var code = MachineCompiler.compile(source, level, CallingConvention.host());
          listener.made(source, Optional.of(code));
          return new KernelCode(source.name(), code);
        });
  }

  /// What does calls that are written down, see [CallWalk].
  ///
  /// @return empty if the system refuses code
  public Optional<MachineKernel> walk() {
    return made(
        CallWalk.NAME,
        () -> new KernelCode(CallWalk.NAME, CallWalk.code(CallingConvention.host())));
  }

  private Optional<MachineKernel> made(Object key, Supplier<KernelCode> code) {
    if (batch.isPresent()) {
      Batch all = batch.get();
      Optional<MachineKernel> kernel = store.kernel(key, code, all::offer);
      kernel.ifPresent(all::add);
      return kernel;
    }
    return store.kernel(key, code, _ -> {}).filter(this::isPlaced);
  }

  private boolean isPlaced(MachineKernel kernel) {
    boolean placed = false;
    try {
      placed = store.place(List.of(kernel));
    } finally {
      if (!placed) {
        kernel.close();
      }
    }
    return placed;
  }

  /// The level, for people.
  @Override
  public String toString() {
    return level == Level.AVX512 ? "AVX-512" : "AVX2";
  }
}
