package dev.merapi.kernels.machine;

import static dev.merapi.kernels.x64.Gpr.R10;
import static dev.merapi.kernels.x64.Gpr.R12;
import static dev.merapi.kernels.x64.Gpr.RAX;
import static dev.merapi.kernels.x64.Gpr.RBP;
import static dev.merapi.kernels.x64.Gpr.RBX;
import static dev.merapi.kernels.x64.Gpr.RDI;
import static dev.merapi.kernels.x64.Gpr.RSI;
import static dev.merapi.kernels.x64.Gpr.RSP;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.merapi.kernels.x64.Assembler;
import dev.merapi.kernels.x64.Feature;
import dev.merapi.kernels.x64.Gpr;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

/// Beginnings and ends, as they are written. [FrameRunTest] runs them.
class FrameTest {
  private static List<String> lines(Frame frame) {
    List<String> lines = new ArrayList<>();
    var assembler =
        new Assembler(
            EnumSet.allOf(Feature.class), l -> lines.add(l.substring(l.indexOf('\t') + 1)));
    frame.prologue(assembler);
    lines.add("--");
    frame.epilogue(assembler);
    return lines;
  }

  @Test
  void aSmallFunctionIsOnlyItsReturn() {
    var frame = new Frame(CallingConvention.SYSTEM_V, Set.of(RAX, RDI, RSI), 0, 0, false);
    assertEquals(List.of("--", "ret"), lines(frame));
    assertEquals("r9", frame.argument(5).toString());
  }

  @Test
  void preservedRegistersArePushedInOneOrder() {
    var used = Set.of(R12, RBP, RAX, RBX);
    var frame = new Frame(CallingConvention.SYSTEM_V, used, 1 | 1 << 31, 0, false);
    assertEquals(
        List.of(
            "push rbx",
            "push rbp",
            "push r12",
            "--",
            "vzeroupper",
            "pop r12",
            "pop rbp",
            "pop rbx",
            "ret"),
        lines(frame));
  }

  @Test
  void slotsLieAtMultiplesOf64() {
    var frame = new Frame(CallingConvention.SYSTEM_V, Set.of(RBX), 1 << 1, 100, false);
    assertEquals(
        List.of(
            "push rbp",
            "mov rbp, rsp",
            "push rbx",
            "sub rsp, 128",
            "and rsp, -64",
            "--",
            "vzeroupper",
            "lea rsp, [rbp-8]",
            "pop rbx",
            "pop rbp",
            "ret"),
        lines(frame));
    assertEquals("[rsp+64]", frame.slot(64).toString());
    assertThrows(IndexOutOfBoundsException.class, () -> frame.slot(128));
    assertThrows(IndexOutOfBoundsException.class, () -> frame.slot(-8));
  }

  @Test
  void windowsPreservesMoreAndProbesItsStack() {
    var used = Set.of(RDI, RSI, RAX);
    var frame =
        new Frame(CallingConvention.WINDOWS, used, 1 | 1 << 6 | 1 << 15 | 1 << 16, 5000, true);
    assertEquals(
        List.of(
            "push rbp",
            "mov rbp, rsp",
            "push rdi",
            "push rsi",
            "test qword ptr [rsp-4096], rsp",
            "sub rsp, 5184",
            "and rsp, -64",
            "vmovaps xmmword ptr [rsp+48], xmm6",
            "vmovaps xmmword ptr [rsp+64], xmm15",
            "--",
            "vmovaps xmm6, xmmword ptr [rsp+48]",
            "vmovaps xmm15, xmmword ptr [rsp+64]",
            "vzeroupper",
            "lea rsp, [rbp-16]",
            "pop rsi",
            "pop rdi",
            "pop rbp",
            "ret"),
        lines(frame));
    assertEquals("r9", frame.argument(3).toString());
    assertEquals("[rbp+48]", frame.argument(4).toString());
    assertEquals("[rbp+56]", frame.argument(5).toString());
    assertEquals("[rsp+128]", frame.slot(0).toString());
  }

  @Test
  void argumentsOnTheStackAreFoundWithoutMemoryOfOnesOwn() {
    var frame = new Frame(CallingConvention.WINDOWS, Set.of(RDI, R10), 0, 0, false);
    assertEquals(List.of("push rdi", "--", "pop rdi", "ret"), lines(frame));
    assertEquals("[rsp+48]", frame.argument(4).toString());
  }

  @Test
  void theRegistersOfTheFrameItselfAreRefused() {
    assertThrows(IllegalArgumentException.class, () -> frame(Set.of(RSP), 0, false));
    assertThrows(IllegalArgumentException.class, () -> frame(Set.of(RBP), 8, false));
    assertThrows(IllegalArgumentException.class, () -> frame(Set.of(RBP), 0, true));
  }

  private static Frame frame(Set<Gpr> used, int bytes, boolean calls) {
    return new Frame(CallingConvention.SYSTEM_V, used, 0, bytes, calls);
  }
}
