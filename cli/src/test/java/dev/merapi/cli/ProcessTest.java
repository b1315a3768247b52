package dev.merapi.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIf;
import org.junit.jupiter.api.io.TempDir;

/// The command in a process of its own, its output redirected.
class ProcessTest {
  private static final Path FULL = Path.of("/dev/full");

  @TempDir private Path folder;

  private ProcessBuilder merapi(String... words) {
    var command =
        new ArrayList<>(
            List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "--add-modules=jdk.incubator.vector",
                "--enable-native-access=ALL-UNNAMED",
                "-cp",
                System.getProperty("java.class.path"),
                "dev.merapi.cli.Main"));
    command.addAll(List.of(words));
    var builder = new ProcessBuilder(command);
    builder
        .environment()
        .keySet()
        .removeAll(List.of("JAVA_TOOL_OPTIONS", "JDK_JAVA_OPTIONS", "MERAPI_DEBUG"));
    return builder.redirectError(folder.resolve("err").toFile());
  }

  /// What was said on standard error, but for the JVM's own remark on incubating modules.
  private String err() throws IOException {
    return Files.readString(folder.resolve("err"))
        .replaceFirst("WARNING: Using incubator modules: .*\\R", "");
  }

  @Test
  void exitCodesReachTheShellAndRedirectedTextHasNoColours() throws Exception {
    Process help = merapi("--help").start();
    String text = new String(help.getInputStream().readAllBytes());
    assertEquals(0, help.waitFor());
    assertTrue(text.contains("inspect") && !text.contains("\u001b"), text);
    assertEquals(2, merapi("inspct").start().waitFor());
    assertTrue(err().contains("did you mean inspect?"), err());
    assertEquals(1, merapi("inspect", "absent.merapi").start().waitFor());
    assertEquals("merapi: model: no such file: file=absent.merapi\n", err());
  }

  @Test
  @EnabledIf("thereIsAFullDevice")
  void anOutputThatCannotBeWrittenIsAFailure() throws Exception {
    Process help = merapi("--help").redirectOutput(FULL.toFile()).start();
    assertEquals(1, help.waitFor());
    assertEquals("merapi: the standard output: ", err().substring(0, 29));
    assertEquals(1, err().lines().count(), err());
  }

  static boolean thereIsAFullDevice() {
    return Files.exists(FULL);
  }

  @Test
  void whoStopsReadingStopsTheTrainingQuietly() throws Exception {
    Process train = merapi("train", "lenet", "--epochs", "3", "--batch", "50").start();
    try (BufferedReader lines = train.inputReader()) {
      assertTrue(lines.readLine().startsWith("lenet: "));
    }
    assertTrue(train.waitFor(5, TimeUnit.MINUTES), "goes on though nobody reads");
    assertEquals(1, train.exitValue());
    // the log may say that the JIT was late, on a busy machine
    assertFalse(err().contains("merapi: ") || err().contains("Exception"), err());
  }
}
