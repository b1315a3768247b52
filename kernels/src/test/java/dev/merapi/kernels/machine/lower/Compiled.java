package dev.merapi.kernels.machine.lower;

import static dev.merapi.kernels.x64.Gpr.R8;
import static dev.merapi.kernels.x64.Gpr.R9;
import static dev.merapi.kernels.x64.Gpr.RAX;
import static dev.merapi.kernels.x64.Gpr.RBP;
import static dev.merapi.kernels.x64.Gpr.RCX;
import static dev.merapi.kernels.x64.Gpr.RDI;
import static dev.merapi.kernels.x64.Gpr.RDX;
import static dev.merapi.kernels.x64.Gpr.RSI;
import static dev.merapi.kernels.x64.Gpr.RSP;
import static dev.merapi.kernels.x64.Imm.imm;
import static dev.merapi.kernels.x64.Mem.mem;
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
import dev.merapi.kernels.x64.Assembler;
import dev.merapi.kernels.x64.Code;
import dev.merapi.kernels.x64.Instruction;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// A routine as machine code of this process. Where there can be none, tests are skipped.
public final class Compiled implements AutoCloseable {
  private final CodeBlock block;

  private final @Nullable Compiled inner;

  private Compiled(CodeBlock block, @Nullable Compiled inner) {
    this.block = block;
    this.inner = inner;
  }

  public static Compiled of(Routine routine, Cpu.Level level) {
    return install(
        routine.name(), MachineCompiler.compile(routine, level, CallingConvention.host()));
  }

  static Compiled install(String name, Code code) {
    var pages = assertInstanceOf(Result.Pages.class, CodePages.host()).pages();
    var kernels = List.of(new KernelCode(name, code));
    return new Compiled(assertInstanceOf(Installed.class, pages.install(kernels)).block(), null);
  }

  /// The same code in the convention of Windows, behind a function that passes its arguments on.
  static Compiled ofWindows(Routine routine, Cpu.Level level) {
    Code code = MachineCompiler.compile(routine, level, CallingConvention.WINDOWS);
    Compiled inner = install(routine.name(), code);
    var assembler = new Assembler(level.features());
    assembler.emit(Instruction.PUSH, RBP);
    assembler.emit(Instruction.MOV, RBP, RSP);
    assembler.emit(Instruction.SUB, RSP, imm(64));
    assembler.emit(Instruction.AND, RSP, imm(-64));
    assembler.emit(Instruction.MOV, mem(RSP, 32), R8);
    assembler.emit(Instruction.MOV, mem(RSP, 40), R9);
    assembler.emit(Instruction.MOV, R9, RCX);
    assembler.emit(Instruction.MOV, R8, RDX);
    assembler.emit(Instruction.MOV, RDX, RSI);
    assembler.emit(Instruction.MOV, RCX, RDI);
    assembler.emit(Instruction.MOV, RAX, imm(inner.block.entry(0).address()));
    assembler.emit(Instruction.CALL, RAX);
    assembler.emit(Instruction.MOV, RSP, RBP);
    assembler.emit(Instruction.POP, RBP);
    assembler.emit(Instruction.RET);
    Compiled outer = install("fromSystemV", assembler.finish());
    return new Compiled(outer.block, inner);
  }

  /// Whether the processor, and the system, have what a level needs.
  public static boolean serves(Cpu.Level level) {
    return Cpu.host().level().compareTo(level) >= 0;
  }

  /// Skips a test where the processor has not what a level needs.
  static void assume(Cpu.Level level) {
    assumeTrue(serves(level), () -> "no " + level);
  }

  /// Calls it.
  ///
  /// @param arguments up to six
  public void run(long... arguments) {
    long[] all = Arrays.copyOf(arguments, Routine.MAX_PARAMETERS);
    MachineCall.callLong(block.entry(0), all[0], all[1], all[2], all[3], all[4], all[5]);
  }

  @Override
  public void close() {
    block.close();
    if (inner != null) {
      inner.close();
    }
  }
}
