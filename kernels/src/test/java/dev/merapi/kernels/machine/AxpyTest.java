package dev.merapi.kernels.machine;

import static dev.merapi.kernels.x64.Gpr.R10;
import static dev.merapi.kernels.x64.Gpr.R11;
import static dev.merapi.kernels.x64.Gpr.RAX;
import static dev.merapi.kernels.x64.Gpr.RCX;
import static dev.merapi.kernels.x64.Imm.imm;
import static dev.merapi.kernels.x64.KReg.k;
import static dev.merapi.kernels.x64.Mem.mem;
import static dev.merapi.kernels.x64.Vec.xmm;
import static dev.merapi.kernels.x64.Vec.ymm;
import static dev.merapi.kernels.x64.Vec.zmm;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.merapi.kernels.GuardedMemory;
import dev.merapi.kernels.machine.Cpu.Level;
import dev.merapi.kernels.x64.Assembler;
import dev.merapi.kernels.x64.Code;
import dev.merapi.kernels.x64.Feature;
import dev.merapi.kernels.x64.Instruction;
import dev.merapi.kernels.x64.Label;
import dev.merapi.kernels.x64.Vec;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// A whole kernel, written by hand: `y[i] = a * x[i] + y[i]`, whose last lanes are masked.
class AxpyTest {
  private static final ValueLayout.OfFloat FLOAT = ValueLayout.JAVA_FLOAT;

  /// Arguments: x, y, count, the bits of a.
  static Code axpy(Cpu cpu) {
    boolean wide = cpu.level() == Level.AVX512;
    int lanes = wide ? 16 : 8;
    Vec a = wide ? zmm(0) : ymm(0);
    Vec sum = wide ? zmm(1) : ymm(1);
    var code = new Assembler(cpu.features());
    var frame = new Frame(CallingConvention.host(), List.of(RAX, RCX, R10, R11), 0b1111, 0, false);
    frame.prologue(code);
    code.emit(Instruction.VMOVQ, xmm(0), frame.argument(3));
    code.emit(Instruction.VBROADCASTSS, a, xmm(0));
    code.emit(Instruction.MOV, R10, frame.argument(0));
    code.emit(Instruction.MOV, R11, frame.argument(1));
    code.emit(Instruction.MOV, RCX, frame.argument(2));
    Label tail = code.label();
    code.emit(Instruction.SUB, RCX, imm(lanes));
    code.emit(Instruction.JL, tail);
    code.align(32);
    Label top = code.here();
    code.emit(Instruction.VMOVUPS, sum, mem(R11));
    code.emit(Instruction.VFMADD231PS, sum, a, mem(R10));
    code.emit(Instruction.VMOVUPS, mem(R11), sum);
    code.emit(Instruction.ADD, R10, imm(4L * lanes));
    code.emit(Instruction.ADD, R11, imm(4L * lanes));
    code.emit(Instruction.SUB, RCX, imm(lanes));
    code.emit(Instruction.JGE, top);
    code.bind(tail);
    code.emit(Instruction.ADD, RCX, imm(lanes));
    if (wide) {
      code.emit(Instruction.MOV, RAX.d(), imm(-1));
      code.emit(Instruction.BZHI, RAX.d(), RAX.d(), RCX.d());
      code.emit(Instruction.KMOVW, k(1), RAX.d());
      code.emit(Instruction.VMOVUPS, zmm(1).zero(k(1)), mem(R11));
      code.emit(Instruction.VFMADD231PS, zmm(1).zero(k(1)), a, mem(R10));
      code.emit(Instruction.VMOVUPS, mem(R11).only(k(1)), zmm(1));
    } else {
      code.emit(Instruction.VMOVD, xmm(2), RCX.d());
      code.emit(Instruction.VPBROADCASTD, ymm(2), xmm(2));
      code.emit(Instruction.VPCMPGTD, ymm(2), ymm(2), code.ints(0, 1, 2, 3, 4, 5, 6, 7));
      code.emit(Instruction.VMASKMOVPS, ymm(1), ymm(2), mem(R11));
      code.emit(Instruction.VMASKMOVPS, ymm(3), ymm(2), mem(R10));
      code.emit(Instruction.VFMADD231PS, ymm(1), ymm(3), a);
      code.emit(Instruction.VMASKMOVPS, mem(R11), ymm(2), ymm(1));
    }
    frame.epilogue(code);
    return code.finish();
  }

  @ParameterizedTest
  @EnumSource(names = {"AVX2", "AVX512"})
  void givesTheBitsOfFmaAndTouchesNothingElse(Level level) {
    Cpu cpu = HostPages.cpu(level);
    Code code = axpy(cpu);
    assertEquals(level == Level.AVX512, code.features().contains(Feature.AVX512F));
    try (CodeBlock block = HostPages.install(code)) {
      for (int count = 0; count < 70; count++) {
        int size = count;
        GuardedMemory.atBothEdges(memory -> run(block, memory, size));
      }
    }
  }

  private static float[] run(CodeBlock block, GuardedMemory memory, int count) {
    float a = 1.1f;
    var x = new float[count];
    var y = new float[count];
    for (int i = 0; i < count; i++) {
      x[i] = 1f / (i + 3);
      y[i] = i / 7f;
    }
    MemorySegment xs = memory.copy(x);
    MemorySegment ys = memory.copy(y);
    long bits = Float.floatToRawIntBits(a);
    MachineCall.call(block.entry(0), xs.address(), ys.address(), count, bits, 0, 0);
    float[] found = ys.toArray(FLOAT);
    for (int i = 0; i < count; i++) {
      assertEquals(Math.fma(a, x[i], y[i]), found[i]);
    }
    return found;
  }
}
