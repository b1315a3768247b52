package dev.merapi.kernels.machine;

import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.merapi.kernels.machine.CodePages.Result;
import dev.merapi.kernels.machine.Installation.Installed;
import dev.merapi.kernels.x64.Assembler;
import dev.merapi.kernels.x64.Code;
import java.util.Arrays;
import java.util.List;
import java.util.function.Consumer;

/// Machine code in tests. Tests are skipped where there can be none.
final class HostPages {
  private HostPages() {}

  static CodePages pages() {
    assumeTrue(isX64(), "another processor");
    return assertInstanceOf(Result.Pages.class, CodePages.host()).pages();
  }

  private static boolean isX64() {
    return List.of("amd64", "x86_64").contains(System.getProperty("os.arch"));
  }

  /// This processor, as one of some level.
  static Cpu cpu(Cpu.Level level) {
    pages();
    assumeTrue(Cpu.host().level().compareTo(level) >= 0, () -> "no " + level);
    return Cpu.host().atMost(level);
  }

  static Code code(Consumer<Assembler> program) {
    var assembler = new Assembler(Cpu.host().features());
    program.accept(assembler);
    return assembler.finish();
  }

  /// Installs kernels, named by their numbers.
  static CodeBlock install(Code... codes) {
    List<KernelCode> kernels =
        Arrays.stream(codes).map(code -> new KernelCode("kernel", code)).toList();
    return assertInstanceOf(Installed.class, pages().install(kernels)).block();
  }
}
