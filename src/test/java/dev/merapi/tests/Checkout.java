package dev.merapi.tests;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;

/// The checkout under test.
final class Checkout {
  /// The program that the README shows, with its imports.
  static final String PROGRAM = "examples/src/main/java/dev/merapi/examples/FirstProgram.java";

  /// The one that trains with `fit`.
  static final String FIT_PROGRAM = "examples/src/main/java/dev/merapi/examples/FitProgram.java";

  private static final Pattern COMMAND = Pattern.compile("(?m)^java (--.*) \\.\\.\\.$");

  private Checkout() {}

  /// Its folder: tests run in the folder of their module.
  static Path root() {
    Path folder = Path.of("").toAbsolutePath();
    while (!Files.exists(folder.resolve("README.md"))) {
      folder = folder.getParent();
    }
    return folder;
  }

  static String read(String file) throws IOException {
    return Files.readString(root().resolve(file));
  }

  /// The flags that the README tells people to pass to `java`.
  static List<String> flagsOfTheReadme() throws IOException {
    var command = COMMAND.matcher(read("README.md"));
    assertTrue(command.find(), "no `java --... ...` in README.md");
    return List.of(command.group(1).split(" "));
  }
}
