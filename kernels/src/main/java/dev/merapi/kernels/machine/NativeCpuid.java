package dev.merapi.kernels.machine;

import static dev.merapi.kernels.x64.Gpr.R10;
import static dev.merapi.kernels.x64.Gpr.RAX;
import static dev.merapi.kernels.x64.Gpr.RBX;
import static dev.merapi.kernels.x64.Gpr.RCX;
import static dev.merapi.kernels.x64.Gpr.RDX;
import static dev.merapi.kernels.x64.Imm.imm;
import static dev.merapi.kernels.x64.Mem.mem;

import dev.merapi.kernels.machine.Installation.Installed;
import dev.merapi.kernels.x64.Assembler;
import dev.merapi.kernels.x64.Code;
import dev.merapi.kernels.x64.Gpr;
import dev.merapi.kernels.x64.Instruction;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/// The two instructions, executed.
final class NativeCpuid implements Cpuid, AutoCloseable {
  private static final ValueLayout.OfInt INT = ValueLayout.JAVA_INT;

  private final CodeBlock block;

  private NativeCpuid(CodeBlock block) {
    this.block = block;
  }

  /// Empty if the system refuses executable memory.
  static Optional<NativeCpuid> in(CodePages pages, CallingConvention convention) {
    var kernels =
        List.of(
            new KernelCode("merapi.cpuid", cpuid(convention)),
            new KernelCode("merapi.xgetbv", xgetbv(convention)));
    return pages.install(kernels) instanceof Installed(CodeBlock block)
        ? Optional.of(new NativeCpuid(block))
        : Optional.empty();
  }

  /// A function of leaf, subleaf and the address of four `int`s.
  private static Code cpuid(CallingConvention convention) {
    var assembler = new Assembler(Set.of());
    var frame = new Frame(convention, Set.of(RAX, RBX, RCX, RDX, R10), Set.of(), 0, false);
    frame.prologue(assembler);
    assembler.emit(Instruction.MOV, R10, frame.argument(2));
    assembler.emit(Instruction.MOV, RAX, frame.argument(0));
    assembler.emit(Instruction.MOV, RCX, frame.argument(1));
    assembler.emit(Instruction.CPUID);
    int at = 0;
    for (Gpr register : List.of(RAX, RBX, RCX, RDX)) {
      assembler.emit(Instruction.MOV, mem(R10, at), register.d());
      at += Integer.BYTES;
    }
    frame.epilogue(assembler);
    return assembler.finish();
  }

  /// A function of the address of two `int`s.
  private static Code xgetbv(CallingConvention convention) {
    var assembler = new Assembler(Set.of());
    var frame = new Frame(convention, Set.of(RAX, RCX, RDX, R10), Set.of(), 0, false);
    frame.prologue(assembler);
    assembler.emit(Instruction.MOV, R10, frame.argument(0));
    assembler.emit(Instruction.MOV, RCX.d(), imm(0));
    assembler.emit(Instruction.XGETBV);
    assembler.emit(Instruction.MOV, mem(R10), RAX.d());
    assembler.emit(Instruction.MOV, mem(R10, Integer.BYTES), RDX.d());
    frame.epilogue(assembler);
    return assembler.finish();
  }

  @Override
  public int[] ask(int leaf, int subleaf) {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment out = arena.allocate(INT, 4);
      MachineCall.call(block.entry(0), leaf, subleaf, out.address(), 0, 0, 0);
      return out.toArray(INT);
    }
  }

  @Override
  public long xcr0() {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment out = arena.allocate(INT, 2);
      MachineCall.call(block.entry(1), out.address(), 0, 0, 0, 0, 0);
      return out.get(ValueLayout.JAVA_LONG_UNALIGNED, 0);
    }
  }

  @Override
  public void close() {
    block.close();
  }
}
