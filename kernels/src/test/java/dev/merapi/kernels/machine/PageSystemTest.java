package dev.merapi.kernels.machine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.merapi.kernels.machine.Installation.Installed;
import dev.merapi.kernels.machine.Installation.Refused;
import dev.merapi.kernels.x64.Assembler;
import dev.merapi.kernels.x64.Instruction;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// What each system is asked for, by a system that only writes it down.
class PageSystemTest {
  private final List<String> asked = new ArrayList<>();
  private final MemorySegment memory = Arena.ofAuto().allocate(4096, 4096);

  /// @param refused the function that fails, or ""
  private CodePages pages(PageSystem system, String refused) {
    SystemCalls calls =
        (name, arguments) -> {
          var words = new ArrayList<String>(List.of(name));
          for (long argument : arguments) {
            words.add(argument == memory.address() ? "ADDRESS" : Long.toString(argument));
          }
          asked.add(String.join(" ", words));
          boolean fails = name.equals(refused);
          return switch (name) {
            case "mmap" -> fails ? -1 : memory.address();
            case "VirtualAlloc" -> fails ? 0 : memory.address();
            case "VirtualProtect" -> fails ? 1L << 32 : 1; // only the lower half is defined
            case "VirtualFree" -> 1;
            default -> fails ? -1 : 1L << 32;
          };
        };
    return new CodePages(system, calls, new PerfMap(Optional.empty()));
  }

  private static List<KernelCode> kernels() {
    var assembler = new Assembler(Set.of());
    assembler.emit(Instruction.RET);
    return List.of(new KernelCode("empty", assembler.finish()));
  }

  /// The first argument of the last but two is a place on the stack.
  private static String withoutScratch(String call) {
    return call.startsWith("VirtualProtect") ? call.replaceAll(" \\d+ 0 0$", " SCRATCH 0 0") : call;
  }

  @ParameterizedTest
  @EnumSource
  void isAskedForMemoryThatIsWrittenThenExecutedThenGivenBack(PageSystem system) {
    CodePages pages = pages(system, "");
    var block = assertInstanceOf(Installed.class, pages.install(kernels())).block();
    assertEquals(memory.address(), block.entry(0).address());
    assertEquals((byte) 0xc3, memory.get(ValueLayout.JAVA_BYTE, 0));
    assertEquals(4096, pages.bytes());
    block.close();
    assertEquals(0, pages.bytes());
    List<String> expected =
        switch (system) {
          case LINUX ->
              List.of(
                  "mmap 0 4096 3 34 -1 0",
                  "mprotect ADDRESS 4096 5 0 0 0",
                  "munmap ADDRESS 4096 0 0 0 0");
          case MACOS ->
              List.of(
                  "mmap 0 4096 3 4098 -1 0",
                  "mprotect ADDRESS 4096 5 0 0 0",
                  "munmap ADDRESS 4096 0 0 0 0");
          case WINDOWS ->
              List.of(
                  "VirtualAlloc 0 4096 12288 4 0 0",
                  "VirtualProtect ADDRESS 4096 32 SCRATCH 0 0",
                  "VirtualFree ADDRESS 0 32768 0 0 0");
        };
    assertEquals(expected, asked.stream().map(PageSystemTest::withoutScratch).toList());
  }

  @ParameterizedTest
  @EnumSource
  void withoutMemoryThereIsAReason(PageSystem system) {
    String function = system.allocate().function();
    CodePages pages = pages(system, function);
    var refused = assertInstanceOf(Refused.class, pages.install(kernels()));
    assertTrue(refused.reason().contains(function), refused::reason);
    assertEquals(1, asked.size());
    assertEquals(0, pages.bytes());
  }

  @ParameterizedTest
  @EnumSource
  void refusedExecutionGivesTheMemoryBackAndAReason(PageSystem system) {
    String function = system.makeExecutable().function();
    CodePages pages = pages(system, function);
    var refused = assertInstanceOf(Refused.class, pages.install(kernels()));
    assertTrue(refused.reason().contains(function), refused::reason);
    assertEquals(3, asked.size());
    assertTrue(asked.getLast().startsWith(system.release().function()));
    assertEquals(0, pages.bytes());
  }

  @Test
  void systemsAreKnownByTheNamesThatJavaGivesThem() {
    assertEquals(Optional.of(PageSystem.LINUX), PageSystem.named("Linux"));
    assertEquals(Optional.of(PageSystem.MACOS), PageSystem.named("Mac OS X"));
    assertEquals(Optional.of(PageSystem.WINDOWS), PageSystem.named("Windows Server 2022"));
    assertEquals(Optional.empty(), PageSystem.named("AIX"));
  }
}
