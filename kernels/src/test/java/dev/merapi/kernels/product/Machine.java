package dev.merapi.kernels.product;

import dev.merapi.kernels.ir.Routine;
import dev.merapi.kernels.jit.Kernel;
import dev.merapi.kernels.machine.CallingConvention;
import dev.merapi.kernels.machine.CodeBlock;
import dev.merapi.kernels.machine.CodePages;
import dev.merapi.kernels.machine.Cpu;
import dev.merapi.kernels.machine.Installation.Installed;
import dev.merapi.kernels.machine.KernelCode;
import dev.merapi.kernels.machine.MachineCall;
import dev.merapi.kernels.machine.lower.MachineCompiler;
import java.lang.foreign.MemorySegment;
import java.util.List;
import java.util.function.Consumer;

/// Machine code of this processor.
record Machine(Cpu.Level level) implements Target {
  /// Whether this machine can run it.
  static boolean has(Cpu.Level level) {
    return CodePages.host() instanceof CodePages.Result.Pages
        && level.compareTo(Cpu.host().level()) <= 0;
  }

  @Override
  public void with(Routine routine, List<MemorySegment> memory, Consumer<Kernel> use) {
    var code = MachineCompiler.compile(routine, level, CallingConvention.host());
    if (CodePages.host() instanceof CodePages.Result.Pages(CodePages pages)
        && pages.install(List.of(new KernelCode(routine.name(), code)))
            instanceof Installed(CodeBlock block)) {
      try (block) {
        MemorySegment entry = block.entry(0);
        use.accept((a, b, c, d, e, f) -> MachineCall.call(entry, a, b, c, d, e, f));
      }
    } else {
      throw new IllegalStateException("machine code is refused: routine=" + routine.name());
    }
  }
}
