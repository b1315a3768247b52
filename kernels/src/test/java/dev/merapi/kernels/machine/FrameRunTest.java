package dev.merapi.kernels.machine;

import static dev.merapi.kernels.x64.Gpr.R10;
import static dev.merapi.kernels.x64.Gpr.R11;
import static dev.merapi.kernels.x64.Gpr.RAX;
import static dev.merapi.kernels.x64.Gpr.RBP;
import static dev.merapi.kernels.x64.Gpr.RSP;
import static dev.merapi.kernels.x64.Imm.imm;
import static dev.merapi.kernels.x64.Mem.mem;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.merapi.kernels.x64.Assembler;
import dev.merapi.kernels.x64.Code;
import dev.merapi.kernels.x64.Gpr;
import dev.merapi.kernels.x64.Instruction;
import dev.merapi.kernels.x64.Label;
import dev.merapi.kernels.x64.Vec;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Functions of either convention, called by one that looks at all registers: that of Windows works
/// on any system, as long as its caller follows it too.
class FrameRunTest {
  private static final int VECTORS = 16;
  private static final int VECTOR_BITS = (1 << VECTORS) - 1;

  /// Where the caller keeps the address of its results, above the arguments of the function.
  private static final int RESULTS_SLOT = 64;

  /// `int`s of results: what the function saw, general registers, vector registers.
  private static final int SEEN = 0;

  private static final int GENERAL = 8;
  private static final int VECTOR = 40;
  private static final int RESULTS = 80;

  @ParameterizedTest
  @CsvSource({"SYSTEM_V,0", "SYSTEM_V,20000", "WINDOWS,0", "WINDOWS,20000"})
  void aFunctionLeavesWhatItMustPreserve(CallingConvention convention, int slotBytes) {
    HostPages.cpu(Cpu.Level.AVX2);
    Code code = HostPages.code(assembler -> program(assembler, convention, slotBytes));
    try (CodeBlock block = HostPages.install(code);
        Arena arena = Arena.ofConfined()) {
      MemorySegment results = arena.allocate(ValueLayout.JAVA_INT, RESULTS);
      MachineCall.call(block.entry(0), results.address(), 0, 0, 0, 0, 0);
      int[] found = results.toArray(ValueLayout.JAVA_INT);
      assertEquals(104, found[SEEN], "the fifth argument");
      assertEquals(105, found[SEEN + 1], "the sixth argument");
      if (slotBytes > 0) {
        assertEquals(0, found[SEEN + 2] % Frame.ALIGNMENT, "the stack's pointer");
        assertEquals(7, found[SEEN + 3], "a slot");
      }
      for (Gpr register : convention.preserved()) {
        assertEquals(
            1000 + register.number(), found[GENERAL + register.number()], register::toString);
      }
      for (int number = 0; number < VECTORS; number++) {
        if (convention.preservesVector(number)) {
          assertEquals(2000 + number, found[VECTOR + number], Vec.xmm(number)::toString);
        }
      }
    }
  }

  /// The caller, in this system's convention, and the function behind it.
  private static void program(Assembler code, CallingConvention convention, int slotBytes) {
    Label function = code.label();
    CallingConvention host = CallingConvention.host();
    Set<Gpr> preserved = Set.copyOf(host.preserved().stream().filter(r -> r != RBP).toList());
    var frame = new Frame(host, preserved, VECTOR_BITS, 128, true);
    frame.prologue(code);
    code.emit(Instruction.MOV, mem(RSP, RESULTS_SLOT), frame.argument(0));
    code.emit(Instruction.MOV, mem(RSP, RESULTS_SLOT + 8), RBP);
    for (Gpr register : convention.preserved()) {
      code.emit(Instruction.MOV, register.d(), imm(1000 + register.number()));
    }
    for (int number = 0; number < VECTORS; number++) {
      code.emit(Instruction.VMOVD, Vec.xmm(number), code.ints(2000 + number));
    }
    for (int i = 0; i < 6; i++) {
      List<Gpr> registers = convention.arguments();
      code.emit(Instruction.MOV, RAX.d(), imm(100 + i));
      code.emit(Instruction.MOV, i < registers.size() ? registers.get(i) : mem(RSP, 8 * i), RAX);
    }
    code.emit(Instruction.MOV, convention.arguments().getFirst(), mem(RSP, RESULTS_SLOT));
    code.emit(Instruction.CALL, function);
    code.emit(Instruction.MOV, R11, mem(RSP, RESULTS_SLOT));
    for (Gpr register : convention.preserved()) {
      code.emit(Instruction.MOV, mem(R11, 4 * (GENERAL + register.number())), register.d());
    }
    for (int number = 0; number < VECTORS; number++) {
      code.emit(Instruction.VMOVD, mem(R11, 4 * (VECTOR + number)), Vec.xmm(number));
    }
    // The caller's own frame hangs on rbp, which it has just overwritten.
    code.emit(Instruction.MOV, RBP, mem(RSP, RESULTS_SLOT + 8));
    frame.epilogue(code);
    code.bind(function);
    function(code, convention, slotBytes);
  }

  private static void function(Assembler code, CallingConvention convention, int slotBytes) {
    Set<Gpr> used =
        convention.preserved().stream()
            .filter(register -> slotBytes == 0 || register != RBP)
            .collect(Collectors.toSet());
    int vectors = slotBytes > 0 ? VECTOR_BITS : 0;
    var frame = new Frame(convention, used, vectors, slotBytes, false);
    frame.prologue(code);
    code.emit(Instruction.MOV, R10, frame.argument(0));
    code.emit(Instruction.MOV, R11, frame.argument(4));
    code.emit(Instruction.MOV, RAX, frame.argument(5));
    code.emit(Instruction.MOV, mem(R10, 4 * SEEN), R11.d());
    code.emit(Instruction.MOV, mem(R10, 4 * SEEN + 4), RAX.d());
    if (slotBytes > 0) {
      code.emit(Instruction.LEA, RAX, frame.slot(0));
      code.emit(Instruction.MOV, mem(R10, 4 * SEEN + 8), RAX.d());
      code.emit(Instruction.MOV, frame.slot(0).sized(32), imm(7));
      code.emit(Instruction.MOV, frame.slot(slotBytes - 4).sized(32), imm(8));
      code.emit(Instruction.MOV, RAX.d(), frame.slot(0));
      code.emit(Instruction.MOV, mem(R10, 4 * SEEN + 12), RAX.d());
      for (int number = 0; number < VECTORS; number++) {
        Vec vector = Vec.ymm(number);
        code.emit(Instruction.VPXOR, vector, vector, vector);
      }
    }
    for (Gpr register : used) {
      code.emit(Instruction.MOV, register.d(), imm(-1));
    }
    frame.epilogue(code);
  }
}
