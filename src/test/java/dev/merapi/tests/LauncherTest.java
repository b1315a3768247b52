package dev.merapi.tests;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.merapi.tests.Command.Outcome;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// The script `merapi`, in a checkout of its own where nothing is built: a Maven and a Java in
/// their place say what they are asked for.
@DisabledOnOs(OS.WINDOWS)
class LauncherTest {
  @TempDir private Path folder;

  private Outcome merapi(String... words) throws IOException, InterruptedException {
    Path checkout = Files.createDirectories(folder.resolve("checkout"));
    Path script = Files.copy(Checkout.root().resolve("merapi"), checkout.resolve("merapi"));
    assertTrue(script.toFile().setExecutable(true));
    Path benchmarks = Checkout.root().resolve("bench/src/main/java/dev/merapi/bench");
    Path copies = Files.createDirectories(checkout.resolve("bench/src/main/java/dev/merapi/bench"));
    Files.copy(benchmarks.resolve("DotBenchmark.java"), copies.resolve("DotBenchmark.java"));
    Path jdk = folder.resolve("jdk");
    program(jdk.resolve("bin/javac"), "");
    Files.writeString(jdk.resolve("release"), "JAVA_VERSION=\"25.0.1\"\n");
    program(
        jdk.resolve("bin/java"),
        """
        echo "WARNING: Using incubator modules: jdk.incubator.vector" >&2
        echo "WARNING: another" >&2
        for last; do
          case $last in -Dmerapi.*) echo "with $last" ;; esac
        done
        echo "ran $last"
        exit 3
        """);
    Path tools = folder.resolve("tools");
    program(
        tools.resolve("mvn"),
        """
        echo "[INFO] Building Merapi: CPU kernels 0.1.0-SNAPSHOT            [3/9]"
        echo "[INFO] --- something else"
        mkdir -p bench/target cli/target
        """);
    var all = new ArrayList<>(List.of(script.toString()));
    all.addAll(List.of(words));
    return Command.of(checkout, all)
        .with("JAVA_HOME", jdk.toString())
        .with("PATH", tools + ":" + System.getenv("PATH"))
        .run();
  }

  private static void program(Path file, String script) throws IOException {
    Files.createDirectories(file.getParent());
    Files.writeString(file, "#!/bin/sh\n" + script);
    assertTrue(file.toFile().setExecutable(true));
  }

  @Test
  void aBenchmarkThatIsNotThereIsRefusedBeforeAnythingIsBuilt() throws Exception {
    Outcome outcome = merapi("bench", "lenett");
    assertEquals(1, outcome.exit(), outcome::toString);
    assertTrue(outcome.err().startsWith("merapi: bench: no benchmark and no model file: lenett\n"));
    assertTrue(outcome.err().contains("\n  dev.merapi.bench.DotBenchmark.dot\n"), outcome.err());
    assertFalse(outcome.err().contains("building"), outcome.err());
  }

  @ParameterizedTest
  @ValueSource(strings = {"--target vector", "--target=vector"})
  void theTargetOfBenchmarksIsAProperty(String option) throws Exception {
    var words = new ArrayList<>(List.of("bench", "Dot.*dot"));
    words.addAll(List.of(option.split(" ")));
    Outcome outcome = merapi(words.toArray(String[]::new));
    assertEquals("with -Dmerapi.target=vector\nran Dot.*dot\n", outcome.out());
    assertEquals(3, outcome.exit(), outcome::toString);
  }

  /// The property would be that of the JVM which starts those that are measured.
  @Test
  void coldStartsGetTheirTargetThemselves() throws Exception {
    Outcome outcome = merapi("bench", "cold", "--starts", "1", "--target", "vector");
    assertEquals("ran vector\n", outcome.out());
  }

  @Test
  void aBenchmarkThatIsThereIsBuiltAndRun() throws Exception {
    Outcome outcome = merapi("bench", "Dot.*dot");
    assertEquals("ran Dot.*dot\n", outcome.out(), outcome::toString);
    assertEquals(3, outcome.exit(), outcome::toString);
  }

  @Test
  void theBuildTellsItsModulesAndTheJvmNothingOfIncubation() throws Exception {
    Outcome outcome = merapi("doctor");
    assertEquals(3, outcome.exit(), outcome::toString);
    assertEquals("ran doctor\n", outcome.out(), outcome::toString);
    assertEquals(
        """
        merapi: building cli and what it needs; the first time takes a minute or more
        merapi: building CPU kernels [3/9]
        WARNING: another
        """,
        outcome.err());
  }
}
