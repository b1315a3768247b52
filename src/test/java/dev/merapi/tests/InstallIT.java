package dev.merapi.tests;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The line of the README that puts the library into a local repository, in a clean clone of what
/// is committed. The repository is one of the test's own.
@Tag("install")
class InstallIT {
  private static final Pattern LINE = Pattern.compile("`mvn (install [^`]*)`");

  /// What the surrounding build checks and makes anyway; left out for the time it takes.
  private static final List<String> ONCE_IS_ENOUGH =
      List.of("-Derror-prone.checks=-XepDisableAllChecks", "-Dmaven.javadoc.skip");

  @Test
  void theReadmesLineInstallsTheLibraryAndRunsNoTest(@TempDir Path folder)
      throws IOException, InterruptedException {
    assumeTrue(Files.exists(Checkout.root().resolve(".git")), "no clone");
    Path clone = folder.resolve("merapi");
    run(folder, List.of("git", "clone", "-q", Checkout.root().toString(), clone.toString()));
    Path surrounding = Path.of(System.getProperty("maven.repository"));
    try (var repository =
        PrivateRepository.withoutMerapi(folder.resolve("repository"), surrounding)) {
      run(clone, install(repository));
      for (LibraryModule module : LibraryModule.values()) {
        for (String suffix : List.of(".pom", ".jar", "-sources.jar")) {
          assertTrue(Files.exists(repository.installed(module, suffix)), module + suffix);
        }
      }
      assertFalse(Files.exists(repository.place("merapi-tests")));
    }
    try (var files = Files.walk(clone)) {
      assertEquals(List.of(), files.filter(file -> file.toString().endsWith("-reports")).toList());
    }
  }

  private static List<String> install(PrivateRepository repository) throws IOException {
    var line = LINE.matcher(Checkout.read("README.md"));
    assertTrue(line.find(), "no `mvn install ...` in README.md");
    String maven = Path.of(System.getProperty("maven.home"), "bin", "mvn").toString();
    var words = new ArrayList<>(List.of(maven, "--batch-mode"));
    words.add("-Dmaven.repo.local=" + repository.folder());
    words.addAll(List.of(line.group(1).split(" ")));
    words.addAll(ONCE_IS_ENOUGH);
    return words;
  }

  private static void run(Path folder, List<String> words)
      throws IOException, InterruptedException {
    var outcome =
        Command.of(folder, words).with("JAVA_HOME", System.getProperty("java.home")).run();
    assertEquals(0, outcome.exit(), outcome::toString);
  }
}
