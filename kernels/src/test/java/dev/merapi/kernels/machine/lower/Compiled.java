package dev.merapi.kernels.machine.lower;

import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.merapi.kernels.ir.Routine;
import dev.merapi.kernels.machine.CallingConvention;
import dev.merapi.kernels.machine.CodeBlock;
import dev.merapi.kernels.machine.CodePages;
import dev.merapi.kernels.machine.CodePages.Result;
import dev.merapi.kernels.machine.Cpu;
import dev.merapi.kernels.machine.Installation.Installed;
import dev.merapi.kernels.machine.KernelCode;
import dev.merapi.kernels.machine.MachineCall;
import dev.merapi.kernels.x64.Code;
import java.util.List;

/// A routine as machine code of this process. Where there can be none, tests are skipped.
final class Compiled implements AutoCloseable {
  private final CodeBlock block;

  private Compiled(CodeBlock block) {
    this.block = block;
  }

  static Compiled of(Routine routine, Cpu.Level level) {
    return install(
        routine.name(), MachineCompiler.compile(routine, level, CallingConvention.host()));
  }

  static Compiled install(String name, Code code) {
    var pages = assertInstanceOf(Result.Pages.class, CodePages.host()).pages();
    var kernels = List.of(new KernelCode(name, code));
    return new Compiled(assertInstanceOf(Installed.class, pages.install(kernels)).block());
  }

  /// Skips a test where the processor has not what a level needs.
  static void assume(Cpu.Level level) {
    assumeTrue(Cpu.host().level().compareTo(level) >= 0, () -> "no " + level);
  }

  /// Calls it.
  ///
  /// @param arguments up to six
  void run(long... arguments) {
    long[] all = java.util.Arrays.copyOf(arguments, Routine.MAX_PARAMETERS);
    MachineCall.callLong(block.entry(0), all[0], all[1], all[2], all[3], all[4], all[5]);
  }

  @Override
  public void close() {
    block.close();
  }
}
