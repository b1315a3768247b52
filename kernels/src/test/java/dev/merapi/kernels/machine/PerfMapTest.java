package dev.merapi.kernels.machine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.merapi.MerapiException;
import dev.merapi.kernels.machine.Installation.Installed;
import dev.merapi.kernels.x64.Code;
import dev.merapi.kernels.x64.Instruction;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PerfMapTest {
  @TempDir private Path folder;

  @Test
  void hasALineForEachKernel() throws IOException {
    Path file = folder.resolve("perf-1.map");
    var map = new PerfMap(Optional.of(file));
    map.add(0x7f00_1234_5000L, 300, "merapi gemm 14x2");
    map.add(0x40, 16, "b");
    assertEquals(List.of("7f0012345000 12c merapi gemm 14x2", "40 10 b"), Files.readAllLines(file));
  }

  @Test
  void saysWhereItCannotBeWritten() {
    var map = new PerfMap(Optional.of(folder.resolve("none").resolve("perf-1.map")));
    var error = assertThrows(MerapiException.class, () -> map.add(1, 1, "a"));
    assertEquals("-Dmerapi.perfmap", error.place());
  }

  @Test
  void installedKernelsAreInIt() throws IOException {
    HostPages.pages(); // skips the test where there are none
    Path file = folder.resolve("perf-1.map");
    PageSystem system = PageSystem.host().orElseThrow();
    var pages =
        new CodePages(system, SystemCalls.of(system).orElseThrow(), new PerfMap(Optional.of(file)));
    Code code = HostPages.code(assembler -> assembler.emit(Instruction.RET));
    var kernels = List.of(new KernelCode("first", code), new KernelCode("second", code));
    Installed installed = assertInstanceOf(Installed.class, pages.install(kernels));
    try (CodeBlock block = installed.block()) {
      List<String> wanted =
          List.of(
              Long.toHexString(block.entry(0).address()) + " 1 first",
              Long.toHexString(block.entry(1).address()) + " 1 second");
      assertEquals(wanted, Files.readAllLines(file));
    }
  }
}
