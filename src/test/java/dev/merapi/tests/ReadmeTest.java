package dev.merapi.tests;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/// What the README shows is what compiles.
class ReadmeTest {
  private static final Pattern JAVA_BLOCK = Pattern.compile("```java\n(.*?)```", Pattern.DOTALL);
  private static final String PROGRAM =
      "examples/src/main/java/dev/merapi/examples/FirstProgram.java";

  @Test
  void theFirstProgramIsPartOfAnExample() throws IOException {
    Path root = root();
    Matcher block = JAVA_BLOCK.matcher(Files.readString(root.resolve("README.md")));
    assertTrue(block.find(), "no program in README.md");
    String shown = withoutIndentation(block.group(1));
    assertFalse(shown.isBlank());
    String example = withoutIndentation(Files.readString(root.resolve(PROGRAM)));
    assertTrue(example.contains(shown), () -> "not in " + PROGRAM + ":\n" + shown);
  }

  private static String withoutIndentation(String text) {
    return text.replaceAll("(?m)^[ \t]+", "").strip();
  }

  /// The checkout: tests run in the folder of their module.
  private static Path root() {
    Path folder = Path.of("").toAbsolutePath();
    while (!Files.exists(folder.resolve("README.md"))) {
      folder = folder.getParent();
    }
    return folder;
  }
}
