package dev.merapi.kernels.machine;

import static dev.merapi.kernels.x64.Gpr.R10;
import static dev.merapi.kernels.x64.Gpr.RAX;
import static dev.merapi.kernels.x64.Gpr.RBX;
import static dev.merapi.kernels.x64.Gpr.RCX;
import static dev.merapi.kernels.x64.Gpr.RDX;
import static dev.merapi.kernels.x64.Imm.imm;

import dev.merapi.kernels.x64.Assembler;
import dev.merapi.kernels.x64.Code;
import dev.merapi.kernels.x64.Instruction;
import java.util.List;
import java.util.Set;

/// The two instructions, executed.
final class NativeCpuid implements Cpuid, AutoCloseable {
  private final CodeBlock block;

  /// @param block of [#install], closed with this
  NativeCpuid(CodeBlock block) {
    this.block = block;
  }

  static Installation install(CodePages pages, CallingConvention convention) {
    return pages.install(
        List.of(
            new KernelCode("merapi.cpuid", cpuid(convention)),
            new KernelCode("merapi.xgetbv", xgetbv(convention))));
  }

  /// A function of leaf, subleaf, and which half is returned: 0 for `ebx:eax`, else `edx:ecx`.
  private static Code cpuid(CallingConvention convention) {
    var assembler = new Assembler(Set.of());
    var frame = new Frame(convention, List.of(RBX), 0, 0, false);
    frame.prologue(assembler);
    assembler.emit(Instruction.MOV, R10, frame.argument(2));
    assembler.emit(Instruction.MOV, RAX, frame.argument(0));
    assembler.emit(Instruction.MOV, RCX, frame.argument(1));
    assembler.emit(Instruction.CPUID);
    assembler.emit(Instruction.TEST, R10, R10);
    assembler.emit(Instruction.CMOVNE, RAX.d(), RCX.d()); // clears the upper half in any case
    assembler.emit(Instruction.CMOVNE, RBX.d(), RDX.d());
    assembler.emit(Instruction.SHL, RBX, imm(32));
    assembler.emit(Instruction.OR, RAX, RBX);
    frame.epilogue(assembler);
    return assembler.finish();
  }

  private static Code xgetbv(CallingConvention convention) {
    var assembler = new Assembler(Set.of());
    var frame = new Frame(convention, List.of(), 0, 0, false);
    frame.prologue(assembler);
    assembler.emit(Instruction.MOV, RCX.d(), imm(0));
    assembler.emit(Instruction.XGETBV);
    assembler.emit(Instruction.SHL, RDX, imm(32));
    assembler.emit(Instruction.OR, RAX, RDX);
    frame.epilogue(assembler);
    return assembler.finish();
  }

  @Override
  public int[] ask(int leaf, int subleaf) {
    long low = MachineCall.call(block.entry(0), leaf, subleaf, 0, 0, 0, 0);
    long high = MachineCall.call(block.entry(0), leaf, subleaf, 1, 0, 0, 0);
    return new int[] {(int) low, (int) (low >>> 32), (int) high, (int) (high >>> 32)};
  }

  @Override
  public long xcr0() {
    return MachineCall.call(block.entry(1), 0, 0, 0, 0, 0, 0);
  }

  @Override
  public void close() {
    block.close();
  }
}
