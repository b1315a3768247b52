package dev.merapi.tests;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/// A project of somebody who uses Merapi: `src/test/consumer` and the program of the README.
///
/// @param folder where it is
/// @param repository where it finds Merapi
record UserProject(Path folder, PrivateRepository repository) {
  private static final Path TEMPLATE = Path.of("target", "consumer").toAbsolutePath();
  private static final Path JDK = Path.of(System.getProperty("java.home"));

  static UserProject create(Path folder, PrivateRepository repository) throws IOException {
    try (var files = Files.walk(TEMPLATE)) {
      for (Path file : (Iterable<Path>) files.filter(Files::isRegularFile)::iterator) {
        Path copy = folder.resolve(TEMPLATE.relativize(file));
        Files.createDirectories(copy.getParent());
        Files.copy(file, copy);
      }
    }
    var project = new UserProject(folder, repository);
    String program = Checkout.read(Checkout.PROGRAM);
    String ours = "package dev.merapi.examples;";
    assertTrue(program.contains(ours));
    project.source("app/FirstProgram.java", program.replace(ours, "package app;"));
    return project;
  }

  /// Adds a source file.
  void source(String name, String text) throws IOException {
    Files.writeString(folder.resolve("src/main/java").resolve(name), text);
  }

  /// Compiles it, and copies what it depends on to `target/lib`.
  void build() throws IOException, InterruptedException {
    var maven =
        List.of(
            Path.of(System.getProperty("maven.home"), "bin", "mvn").toString(),
            "--batch-mode",
            "-Dmaven.repo.local=" + repository.folder(),
            "process-classes");
    var outcome = Command.of(folder, maven).with("JAVA_HOME", JDK.toString()).run();
    assertEquals(0, outcome.exit(), outcome::toString);
  }

  /// The jars it depends on.
  List<Path> libraries() throws IOException {
    try (var jars = Files.list(target("lib"))) {
      return jars.sorted().toList();
    }
  }

  /// Its classes and the jars it depends on, as an argument of `java`.
  String path() throws IOException {
    var parts = new ArrayList<>(List.of(target("classes").toString()));
    libraries().forEach(jar -> parts.add(jar.toString()));
    return String.join(File.pathSeparator, parts);
  }

  Path target(String name) {
    return folder.resolve("target").resolve(name);
  }

  /// Runs `java` with these arguments.
  Command java(List<String> arguments) {
    var words = new ArrayList<>(List.of(JDK.resolve("bin").resolve("java").toString()));
    words.addAll(arguments);
    return Command.of(folder, words);
  }
}
