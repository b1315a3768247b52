package dev.merapi.kernels.x64;

import static dev.merapi.kernels.x64.Gpr.RAX;
import static dev.merapi.kernels.x64.Gpr.RCX;
import static dev.merapi.kernels.x64.Gpr.RDI;
import static dev.merapi.kernels.x64.Imm.imm;
import static dev.merapi.kernels.x64.KReg.k;
import static dev.merapi.kernels.x64.Mem.mem;
import static dev.merapi.kernels.x64.Vec.xmm;
import static dev.merapi.kernels.x64.Vec.ymm;
import static dev.merapi.kernels.x64.Vec.zmm;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

class AssemblerTest {
  private static final Set<Feature> ALL = EnumSet.allOf(Feature.class);
  private static final Set<Feature> AVX2 =
      EnumSet.of(Feature.AVX, Feature.AVX2, Feature.FMA, Feature.BMI2);

  private final Assembler assembler = new Assembler(ALL);

  private String hex() {
    return HexFormat.of().formatHex(assembler.finish().bytes());
  }

  private void refuses(String part, Instruction instruction, Operand... operands) {
    refuses(assembler, part, instruction, operands);
  }

  private static void refuses(
      Assembler assembler, String part, Instruction instruction, Operand... operands) {
    var error =
        assertThrows(IllegalArgumentException.class, () -> assembler.emit(instruction, operands));
    assertTrue(error.getMessage().contains(part), error::getMessage);
  }

  @Test
  void aJumpBackIsAsShortAsItCanBe() {
    Label top = assembler.here();
    assembler.emit(Instruction.JNE, top);
    while (assembler.position() < 126) {
      assembler.emit(Instruction.NOP);
    }
    assembler.emit(Instruction.JNE, top);
    assembler.emit(Instruction.JNE, top);
    String code = hex();
    assertEquals("75fe", code.substring(0, 4));
    assertEquals("7580" + "0f857affffff", code.substring(2 * 126));
  }

  @Test
  void aJumpAheadHas32Bits() {
    Label end = assembler.label();
    assembler.emit(Instruction.JMP, end);
    assembler.emit(Instruction.RET);
    assembler.bind(end);
    assertEquals("e901000000c3", hex());
  }

  @Test
  void constantsLieBehindTheCodeOnceEachAndAligned() {
    assembler.emit(Instruction.VMOVSS, xmm(0), assembler.floats(1.5f));
    assembler.emit(Instruction.VMOVUPS, ymm(1), assembler.ints(1, 2, 3, 4, 5, 6, 7, 8));
    assembler.emit(Instruction.VADDSS, xmm(0), xmm(0), assembler.floats(1.5f));
    assembler.emit(Instruction.VADDPD, zmm(2), zmm(2), assembler.doubles(-0.0).broadcast());
    assembler.emit(Instruction.VPTERNLOGD, zmm(1), zmm(2), assembler.floats(2), imm(7));
    Code code = assembler.finish();
    // The largest first: 32 bytes at 64, 8 at 96, 4 at 104 and 108.
    assertEquals(112, code.size());
    String bytes = HexFormat.of().formatHex(code.bytes());
    assertEquals("01000000", bytes.substring(2 * 64, 2 * 68));
    assertEquals("0000000000000080" + "0000c03f" + "00000040", bytes.substring(2 * 96));
    assertEquals("c5fa1005" + "60000000", bytes.substring(0, 16));
  }

  @Test
  void aConstantCountsFromTheEndOfItsInstruction() {
    Label here = assembler.here();
    assembler.emit(Instruction.CMP, here.mem().sized(32), imm(1));
    assembler.emit(Instruction.ADD, here.mem().sized(32), imm(1000));
    assertEquals("833df9ffffff01" + "8105efffffffe8030000", hex());
  }

  @Test
  void nopsFillUpToAnAlignment() {
    for (int size = 1; size <= 64; size++) {
      var one = new Assembler(ALL);
      for (int i = 0; i < size; i++) {
        one.emit(Instruction.RET);
      }
      one.align(64);
      assertEquals(64, one.position());
      one.align(1);
      assertEquals(64, one.position());
    }
    assertThrows(IllegalArgumentException.class, () -> assembler.align(24));
    assertThrows(IllegalArgumentException.class, () -> assembler.align(128));
  }

  @Test
  void withoutAvx512OnlyVexIsUsed() {
    var avx2 = new Assembler(AVX2);
    avx2.emit(Instruction.VADDPS, ymm(1), ymm(2), mem(RDI, 32));
    assertEquals("c5ec584f20", HexFormat.of().formatHex(avx2.finish().bytes()));
    refuses(avx2, "vaddps", Instruction.VADDPS, ymm(16), ymm(2), ymm(3));
    refuses(avx2, "vaddps", Instruction.VADDPS, zmm(1), zmm(2), zmm(3));
    refuses(avx2, "{k1}", Instruction.VADDPS, ymm(1).merge(k(1)), ymm(2), ymm(3));
    refuses(avx2, "vaddps", Instruction.VADDPS, ymm(1), ymm(2), mem(RDI).broadcast());
    refuses(avx2, "vpord", Instruction.VPORD, ymm(1), ymm(2), ymm(3));
    refuses(avx2, "tzcnt", Instruction.TZCNT, RAX, RCX);
  }

  @Test
  void whatTheCodeNeedsIsKnown() {
    assembler.emit(Instruction.VADDPS, ymm(1), ymm(2), ymm(3));
    assertEquals(Set.of(Feature.BASE, Feature.AVX), assembler.finish().features());
    var other = new Assembler(ALL);
    other.emit(Instruction.VPADDB, ymm(17), ymm(2), ymm(3));
    assertEquals(
        Set.of(Feature.BASE, Feature.AVX512BW, Feature.AVX512VL), other.finish().features());
    var scalar = new Assembler(ALL);
    scalar.emit(Instruction.VADDSS, xmm(17), xmm(2), xmm(3));
    assertEquals(Set.of(Feature.BASE, Feature.AVX512F), scalar.finish().features());
  }

  @Test
  void aSizeThatTheOperandsLeaveOpenIsAskedFor() {
    String why = "needs a size";
    refuses(why, Instruction.MOV, mem(RAX), imm(1));
    refuses(why, Instruction.MOVZX, RAX.d(), mem(RAX));
    refuses(why, Instruction.CMP, mem(RAX), imm(1));
    refuses(why, Instruction.VCVTPD2PS, xmm(1), mem(RAX));
    refuses(why, Instruction.VCVTSI2SS, xmm(1), xmm(1), mem(RAX));
    refuses(why, Instruction.VFPCLASSPS, k(1), mem(RAX).broadcast(), imm(1));
    assembler.emit(Instruction.VCVTPD2PS, xmm(1), mem(RAX).sized(256));
    assembler.emit(Instruction.VCVTPD2PS, xmm(1), mem(RAX).sized(256).broadcast());
    assembler.emit(Instruction.MOV, mem(RAX).sized(16), imm(1));
    assertEquals("c5fd5a08" + "62f1fd385a08" + "66c7000100", hex());
  }

  @Test
  void operandsThatDoNotFitAreRefused() {
    refuses("add", Instruction.ADD, RAX, RCX.d());
    refuses("add", Instruction.ADD, RAX, imm(1L << 31));
    refuses("vaddps", Instruction.VADDPS, zmm(1), ymm(2), zmm(3));
    refuses("vaddps", Instruction.VADDPS, zmm(1), zmm(2));
    refuses("vaddps", Instruction.VADDPS, zmm(1), zmm(2), mem(RAX).sized(256));
    refuses("vshufps", Instruction.VSHUFPS, zmm(1), zmm(2), zmm(3), imm(256));
    refuses("vmovntps", Instruction.VMOVNTPS, mem(RAX).only(k(1)), zmm(2));
    refuses("vgatherdps", Instruction.VGATHERDPS, zmm(1), mem(RAX, zmm(2), 4, 0));
    refuses("vgatherdps", Instruction.VGATHERDPS, zmm(1).zero(k(1)), mem(RAX, zmm(2), 4, 0));
    refuses("vgatherdps", Instruction.VGATHERDPS, zmm(1).merge(k(1)), mem(RAX, zmm(1), 4, 0));
    refuses("vgatherdps", Instruction.VGATHERDPS, ymm(1), mem(RAX, ymm(2), 4, 0), ymm(2));
    refuses("vaddps", Instruction.VADDPS, zmm(1), zmm(2), mem(RAX, zmm(3), 4, 0));
    assertThrows(IllegalArgumentException.class, () -> zmm(1).merge(k(0)));
    assertThrows(IllegalArgumentException.class, () -> mem(RAX, Gpr.RSP, 1, 0));
    assertThrows(IllegalArgumentException.class, () -> mem(RAX, RCX, 3, 0));
    assertThrows(IllegalArgumentException.class, () -> mem(RAX.d()));
    assertThrows(IllegalArgumentException.class, () -> zmm(32));
    assertEquals(0, assembler.position());
  }

  @Test
  void labelsAreBoundOnceAndBelongToOneAssembler() {
    Label label = assembler.here();
    assertThrows(IllegalStateException.class, () -> assembler.bind(label));
    var other = new Assembler(ALL);
    refuses(other, "another assembler", Instruction.JMP, label);
    refuses(other, "another assembler", Instruction.LEA, RAX, label.mem());
    other.emit(Instruction.JMP, other.label());
    assertThrows(IllegalStateException.class, other::finish);
  }

  @Test
  void theListingIsIntels() {
    List<String> lines = new ArrayList<>();
    var listed = new Assembler(ALL, lines::add);
    listed.emit(Instruction.MOV, RAX.d(), imm(5));
    listed.emit(
        Instruction.VFMADD231PS, zmm(30).zero(k(2)), zmm(1), mem(RDI, RCX, 4, -8).broadcast());
    Label end = listed.label();
    listed.emit(Instruction.JE, end);
    listed.emit(Instruction.VMULSS, xmm(1), xmm(2), listed.floats(3).plus(0));
    listed.bind(end);
    assertEquals(
        List.of(
            "0\tmov eax, 5",
            "5\tvfmadd231ps zmm30{k2}{z}, zmm1, dword ptr [rdi+rcx*4-8]{1to16}",
            "13\tje L1",
            "19\tvmulss xmm1, xmm2, dword ptr [rip+L2]",
            "27\tL1:"),
        lines);
  }
}
