package dev.merapi.tests;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/// What the README shows is what compiles.
class ReadmeTest {
  private static final Pattern JAVA_BLOCK = Pattern.compile("```java\n(.*?)```", Pattern.DOTALL);
  private static final Pattern PARENT_VERSION =
      Pattern.compile("<artifactId>merapi-parent</artifactId>\\s+<version>(.*?)</version>");

  @Test
  void theProgramsArePartOfExamples() throws IOException {
    Matcher block = JAVA_BLOCK.matcher(Checkout.read("README.md"));
    for (String program : List.of(Checkout.PROGRAM, Checkout.FIT_PROGRAM)) {
      assertTrue(block.find(), () -> "not in README.md: " + program);
      String shown = withoutIndentation(block.group(1));
      assertFalse(shown.isBlank());
      String example = withoutIndentation(Checkout.read(program));
      assertTrue(example.contains(shown), () -> "not in " + program + ":\n" + shown);
    }
  }

  @Test
  void theDependencyIsThatOfThisBuild() throws IOException {
    Matcher version = PARENT_VERSION.matcher(Checkout.read("pom.xml"));
    assertTrue(version.find());
    String dependency =
        """
        <groupId>dev.merapi</groupId>
        <artifactId>merapi</artifactId>
        <version>%s</version>
        """
            .formatted(version.group(1));
    assertTrue(withoutIndentation(Checkout.read("README.md")).contains(dependency), dependency);
  }

  private static String withoutIndentation(String text) {
    return text.replaceAll("(?m)^[ \t]+", "").strip();
  }
}
