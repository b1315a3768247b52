package dev.merapi.kernels.machine;

import static dev.merapi.kernels.x64.Gpr.R10;
import static dev.merapi.kernels.x64.Gpr.R11;
import static dev.merapi.kernels.x64.Gpr.RAX;
import static dev.merapi.kernels.x64.Gpr.RBX;
import static dev.merapi.kernels.x64.Gpr.RDI;
import static dev.merapi.kernels.x64.Gpr.RSI;
import static dev.merapi.kernels.x64.Mem.mem;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;

import dev.merapi.kernels.x64.Assembler;
import dev.merapi.kernels.x64.Code;
import dev.merapi.kernels.x64.Gpr;
import dev.merapi.kernels.x64.Instruction;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Calls that are written down are done in their order, with all their arguments, by a walk of
/// either convention: that of Windows works on any system, as long as its caller follows it too.
class CallWalkTest {
  private static final int ARGUMENTS = 6;

  @ParameterizedTest
  @CsvSource({"SYSTEM_V,0", "SYSTEM_V,1", "SYSTEM_V,5", "WINDOWS,0", "WINDOWS,1", "WINDOWS,5"})
  void callsAreDoneInTheirOrder(CallingConvention convention, int calls) {
    try (CodeBlock block =
            HostPages.install(recorder(convention), CallWalk.code(convention), caller(convention));
        Arena arena = Arena.ofConfined()) {
      // The first word counts the words that follow.
      MemorySegment log = arena.allocate(ValueLayout.JAVA_LONG, 1 + 10L * ARGUMENTS);
      MemorySegment list = arena.allocate(ValueLayout.JAVA_LONG, (long) CallWalk.WORDS * calls + 1);
      long[] expected = new long[1 + 10 * ARGUMENTS];
      expected[0] = (long) ARGUMENTS * calls;
      for (int call = 0; call < calls; call++) {
        int at = call * CallWalk.WORDS;
        list.setAtIndex(ValueLayout.JAVA_LONG, at, block.entry(0).address());
        for (int i = 0; i < ARGUMENTS; i++) {
          long argument = i == 0 ? log.address() : (100L * call + i) << 33;
          list.setAtIndex(ValueLayout.JAVA_LONG, at + 1L + i, argument);
          expected[1 + call * ARGUMENTS + i] = argument;
        }
      }
      long end = list.address() + (long) calls * CallWalk.BYTES;
      long walk = block.entry(1).address();
      MachineCall.call(block.entry(2), walk, list.address(), end, 0, 0, 0);
      assertArrayEquals(expected, log.toArray(ValueLayout.JAVA_LONG));
    }
  }

  /// Appends its arguments to the log that the first one is the address of.
  private static Code recorder(CallingConvention convention) {
    var frame = new Frame(convention, List.of(RAX, RBX, R10, R11), 0, 0, false);
    return HostPages.code(code -> {
      frame.prologue(code);
      code.emit(Instruction.MOV, R10, frame.argument(0));
      code.emit(Instruction.MOV, R11, mem(R10, 0));
      for (int i = 0; i < ARGUMENTS; i++) {
        code.emit(Instruction.MOV, RAX, frame.argument(i));
        code.emit(Instruction.MOV, mem(R10, R11, 8, 8), RAX);
        code.emit(Instruction.INC, R11);
      }
      code.emit(Instruction.MOV, mem(R10, 0), R11);
      // What it need not preserve: whoever called it must not rely on that.
      for (Gpr register : convention.arguments()) {
        code.emit(Instruction.MOV, register, R11);
      }
      frame.epilogue(code);
    });
  }

  /// Calls a function of a convention: from this system's, `(function, first, second)`.
  private static Code caller(CallingConvention convention) {
    CallingConvention host = CallingConvention.host();
    var frame = new Frame(host, List.of(RAX, RBX, RDI, RSI), 0, 64, true);
    return HostPages.code((Assembler code) -> {
      frame.prologue(code);
      code.emit(Instruction.MOV, RAX, frame.argument(0));
      code.emit(Instruction.MOV, R10, frame.argument(1));
      code.emit(Instruction.MOV, R11, frame.argument(2));
      code.emit(Instruction.MOV, convention.arguments().get(0), R10);
      code.emit(Instruction.MOV, convention.arguments().get(1), R11);
      code.emit(Instruction.CALL, RAX);
      frame.epilogue(code);
    });
  }
}
