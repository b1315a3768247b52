package dev.merapi.kernels.machine;

import static dev.merapi.kernels.x64.Gpr.RBP;
import static dev.merapi.kernels.x64.Gpr.RSP;
import static dev.merapi.kernels.x64.Imm.imm;
import static dev.merapi.kernels.x64.Mem.mem;

import dev.merapi.kernels.x64.Assembler;
import dev.merapi.kernels.x64.Gpr;
import dev.merapi.kernels.x64.Instruction;
import dev.merapi.kernels.x64.Mem;
import dev.merapi.kernels.x64.Operand;
import dev.merapi.kernels.x64.Vec;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;

/// How a function begins and ends: the registers that it must leave as they were, and its part of
/// the stack.
///
/// ```
/// arguments beyond the registers, shadow of the caller
/// return address
/// rbp                        <- rbp, where the frame needs memory
/// preserved general registers
/// up to 63 bytes
/// slots                      <- a multiple of 64
/// preserved vector registers
/// arguments and shadow for what it calls   <- rsp, a multiple of 64
/// ```
///
/// A frame without memory keeps only pushed registers, and leaves `rbp` to its function.
public final class Frame {
  /// Of the slots: a spilled vector never crosses a line of the cache.
  public static final int ALIGNMENT = 64;

  private static final int WORD = 8;
  private static final int VECTOR = 16;
  private static final int PAGE = 4096;

  private final CallingConvention convention;
  private final List<Gpr> saved = new ArrayList<>();
  private final List<Vec> savedVectors = new ArrayList<>();
  private final boolean usesVectors;
  private final int vectorsAt;
  private final int slotsAt;
  private final int bytes;
  private final boolean hasMemory;

  /// @param used general registers that the function writes; not `rsp`, and `rbp` only where the
  ///   frame needs no memory
  /// @param vectors numbers of vector registers that it writes
  /// @param slotBytes for its own values
  /// @param calls whether it calls functions of this convention
  public Frame(
      CallingConvention convention,
      Collection<Gpr> used,
      int vectors,
      int slotBytes,
      boolean calls) {
    this.convention = convention;
    for (int number = 0; number < Integer.SIZE; number++) {
      if ((vectors >> number & 1) == 1 && convention.preservesVector(number)) {
        savedVectors.add(Vec.xmm(number));
      }
    }
    usesVectors = vectors != 0;
    vectorsAt = calls ? convention.outgoingBytes() : 0;
    slotsAt = roundUp(vectorsAt + VECTOR * savedVectors.size());
    bytes = Math.addExact(slotsAt, roundUp(slotBytes));
    hasMemory = bytes > 0 || calls; // functions expect rsp to be aligned
    if (used.contains(RSP) || hasMemory && used.contains(RBP)) {
      throw new IllegalArgumentException("frame: used=" + used + ", bytes=" + bytes);
    }
    for (Gpr register : convention.preserved()) {
      if (used.contains(register)) {
        saved.add(register);
      }
    }
  }

  private static int roundUp(int size) {
    return Math.ceilDiv(size, ALIGNMENT) * ALIGNMENT;
  }

  /// Writes the beginning.
  public void prologue(Assembler code) {
    if (hasMemory) {
      code.emit(Instruction.PUSH, RBP);
      code.emit(Instruction.MOV, RBP, RSP);
    }
    for (Gpr register : saved) {
      code.emit(Instruction.PUSH, register);
    }
    if (!hasMemory) {
      return;
    }
    if (convention.probesStack()) {
      // The system extends the stack by one page at a time. Up to 63 bytes more are used by
      // rounding.
      for (int page = PAGE; page <= bytes + ALIGNMENT; page += PAGE) {
        code.emit(Instruction.TEST, mem(RSP, -page), RSP);
      }
    }
    if (bytes > 0) {
      code.emit(Instruction.SUB, RSP, imm(bytes));
    }
    code.emit(Instruction.AND, RSP, imm(-ALIGNMENT));
    for (int i = 0; i < savedVectors.size(); i++) {
      code.emit(Instruction.VMOVAPS, mem(RSP, vectorsAt + VECTOR * i), savedVectors.get(i));
    }
  }

  /// Writes the end, with `ret`.
  public void epilogue(Assembler code) {
    for (int i = 0; i < savedVectors.size(); i++) {
      code.emit(Instruction.VMOVAPS, savedVectors.get(i), mem(RSP, vectorsAt + VECTOR * i));
    }
    if (usesVectors) {
      // Else the caller's SSE code would be slow, as it has to keep the upper halves.
      code.emit(Instruction.VZEROUPPER);
    }
    if (hasMemory) {
      code.emit(Instruction.LEA, RSP, mem(RBP, -WORD * saved.size()));
    }
    for (int i = saved.size() - 1; i >= 0; i--) {
      code.emit(Instruction.POP, saved.get(i));
    }
    if (hasMemory) {
      code.emit(Instruction.POP, RBP);
    }
    code.emit(Instruction.RET);
  }

  /// Where an argument is after the beginning: a register, or memory.
  ///
  /// @param index from 0
  public Operand argument(int index) {
    int inRegisters = convention.arguments().size();
    if (index < inRegisters) {
      return convention.arguments().get(index);
    }
    int above = WORD + convention.shadowBytes() + WORD * (index - inRegisters);
    return hasMemory ? mem(RBP, WORD + above) : mem(RSP, WORD * saved.size() + above);
  }

  /// Memory of the function's own.
  ///
  /// @param offset bytes from the first, which lies at a multiple of [#ALIGNMENT]
  public Mem slot(int offset) {
    if (offset < 0 || slotsAt + offset >= bytes) {
      throw new IndexOutOfBoundsException(
          "slot: offset=" + offset + ", bytes=" + (bytes - slotsAt));
    }
    return mem(RSP, slotsAt + offset);
  }
}
