package dev.merapi.kernels.machine;

import static dev.merapi.kernels.x64.Gpr.R12;
import static dev.merapi.kernels.x64.Gpr.RAX;
import static dev.merapi.kernels.x64.Gpr.RBX;
import static dev.merapi.kernels.x64.Gpr.RSP;
import static dev.merapi.kernels.x64.Imm.imm;
import static dev.merapi.kernels.x64.Mem.mem;

import dev.merapi.kernels.x64.Assembler;
import dev.merapi.kernels.x64.Code;
import dev.merapi.kernels.x64.Gpr;
import dev.merapi.kernels.x64.Instruction;
import dev.merapi.kernels.x64.Label;
import dev.merapi.kernels.x64.Mem;
import java.util.List;
import java.util.Set;

/// The function `(from, to)` that does the calls written down between two addresses, one after the
/// other: a whole run of a program is one call from Java.
///
/// A call is the address of a kernel, its six arguments, and a word that means nothing, so that
/// each lies in a line of the cache.
public final class CallWalk {
  /// Words of a call.
  public static final int WORDS = 8;

  /// Its bytes.
  public static final int BYTES = WORDS * Long.BYTES;

  /// What profilers show.
  public static final String NAME = "merapi.calls";

  private static final int ARGUMENTS = 6;

  private CallWalk() {}

  /// The function. It needs nothing of the processor but what every x86-64 has.
  public static Code code(CallingConvention convention) {
    Assembler code = new Assembler(Set.of());
    Frame frame = new Frame(convention, List.of(RBX, R12), 0, 0, true);
    Label call = code.label();
    Label end = code.label();
    frame.prologue(code);
    code.emit(Instruction.MOV, RBX, frame.argument(0));
    code.emit(Instruction.MOV, R12, frame.argument(1));
    code.emit(Instruction.CMP, RBX, R12);
    code.emit(Instruction.JAE, end);
    code.bind(call);
    List<Gpr> registers = convention.arguments();
    for (int i = registers.size(); i < ARGUMENTS; i++) {
      int below = convention.shadowBytes() + Long.BYTES * (i - registers.size());
      code.emit(Instruction.MOV, RAX, argument(i));
      code.emit(Instruction.MOV, mem(RSP, below), RAX);
    }
    for (int i = 0; i < registers.size(); i++) {
      code.emit(Instruction.MOV, registers.get(i), argument(i));
    }
    code.emit(Instruction.CALL, mem(RBX, 0));
    code.emit(Instruction.ADD, RBX, imm(BYTES));
    code.emit(Instruction.CMP, RBX, R12);
    code.emit(Instruction.JB, call);
    code.bind(end);
    frame.epilogue(code);
    return code.finish();
  }

  private static Mem argument(int index) {
    return mem(RBX, Long.BYTES * (1 + index));
  }
}
