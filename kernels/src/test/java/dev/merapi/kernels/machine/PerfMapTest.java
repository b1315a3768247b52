package dev.merapi.kernels.machine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.IOException;
import java.io.UncheckedIOException;
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
    assertThrows(UncheckedIOException.class, () -> map.add(1, 1, "a"));
  }
}
