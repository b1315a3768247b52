package dev.merapi.kernels.machine;

import static dev.merapi.kernels.x64.Imm.imm;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.merapi.kernels.x64.Assembler;
import dev.merapi.kernels.x64.Code;
import dev.merapi.kernels.x64.Gpr;
import dev.merapi.kernels.x64.Instruction;
import dev.merapi.kernels.x64.Mem;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class CodePagesTest {
  private static final Path MAPS = Path.of("/proc/self/maps");

  /// A function that writes a number to where its first argument points.
  private static Code writer(int number) {
    var assembler = new Assembler(Set.of());
    Gpr out = CallingConvention.host().arguments().getFirst();
    assembler.emit(Instruction.MOV, Mem.mem(out).sized(32), imm(number));
    assembler.emit(Instruction.RET);
    return assembler.finish();
  }

  private static int run(CodeBlock block, int index) {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment out = arena.allocate(8);
      MachineCall.call(block.entry(index), out.address(), 0, 0, 0, 0, 0);
      return out.get(ValueLayout.JAVA_INT, 0);
    }
  }

  @Test
  void manyKernelsShareTheirPages() {
    Code[] codes = IntStream.range(0, 200).mapToObj(CodePagesTest::writer).toArray(Code[]::new);
    try (CodeBlock block = HostPages.install(codes)) {
      for (int i = 0; i < codes.length; i++) {
        assertEquals(0, block.entry(i).address() % Code.ALIGNMENT);
        assertEquals(i, run(block, i));
      }
      assertEquals(199 * 64, block.entry(199).address() - block.entry(0).address());
    }
  }

  @Test
  void theLastUserGivesThePagesBack() {
    long before = HostPages.pages().bytes();
    CodeBlock first = HostPages.install(writer(1));
    CodeBlock second = first.share();
    assertEquals(before + 4096, HostPages.pages().bytes());
    first.close();
    first.close();
    assertThrows(IllegalStateException.class, first::share);
    assertThrows(IllegalStateException.class, () -> first.entry(0));
    assertEquals(1, run(second, 0));
    second.close();
    second.close();
    assertEquals(before, HostPages.pages().bytes());
    assertThrows(IllegalStateException.class, () -> second.entry(0));
  }

  @Test
  void pagesAreNeverWritableAndExecutable() throws IOException {
    assumeTrue(Files.exists(MAPS), "no /proc");
    try (CodeBlock block = HostPages.install(writer(1))) {
      String start = Long.toHexString(block.entry(0).address()) + "-";
      List<String> lines =
          Files.readAllLines(MAPS).stream().filter(l -> l.startsWith(start)).toList();
      assertEquals(1, lines.size());
      assertTrue(lines.getFirst().contains(" r-xp "), lines::getFirst);
    }
  }

  @Test
  void tenThousandBlocksLeaveNoMappingBehind() throws IOException {
    assumeTrue(Files.exists(MAPS), "no /proc");
    HostPages.install(writer(0)).close();
    long before = executableMappings();
    long bytes = HostPages.pages().bytes();
    Code code = writer(7);
    for (int i = 0; i < 10_000; i++) {
      try (CodeBlock block = HostPages.install(code)) {
        if (i % 1000 == 0) {
          assertEquals(7, run(block, 0));
          assertEquals(before + 1, executableMappings());
        }
      }
    }
    assertEquals(before, executableMappings());
    assertEquals(bytes, HostPages.pages().bytes());
  }

  /// Those that nobody may write, and that belong to no file: not the JVM's own code.
  private static long executableMappings() throws IOException {
    try (var lines = Files.lines(MAPS)) {
      return lines.filter(l -> l.contains(" r-xp 00000000 00:00 0") && l.endsWith(" ")).count();
    }
  }

  @Test
  void codeBesideConstantsRuns() {
    Code code =
        HostPages.code(assembler -> {
          Gpr out = CallingConvention.host().arguments().getFirst();
          assembler.emit(Instruction.MOV, Gpr.RAX.d(), assembler.ints(1, 2, 3, 4).plus(8));
          assembler.emit(Instruction.MOV, Mem.mem(out), Gpr.RAX.d());
          assembler.emit(Instruction.RET);
        });
    assertFalse(code.size() == code.instructionBytes());
    try (CodeBlock block = HostPages.install(writer(9), code)) {
      assertEquals(3, run(block, 1));
    }
  }
}
