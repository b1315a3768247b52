package dev.merapi.tests;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/// The code of `docs/training.md` is that of an example.
class TrainingDocsTest {
  private static final String PROGRAM = "examples/src/main/java/dev/merapi/examples/Tour.java";
  private static final Pattern JAVA_BLOCK = Pattern.compile("```java\n(.*?)```", Pattern.DOTALL);

  @Test
  void eachBlockIsPartOfTheTour() throws IOException {
    String program = withoutIndentation(Checkout.read(PROGRAM));
    var blocks =
        JAVA_BLOCK.matcher(Checkout.read("docs/training.md")).results().map(MatchResult::group);
    var shown = blocks.map(block -> block.replaceAll("```(java)?", "")).toList();
    assertEquals(6, shown.size());
    for (String block : shown) {
      String code = withoutIndentation(block);
      assertTrue(program.contains(code), () -> "not in " + PROGRAM + ":\n" + block);
    }
  }

  private static String withoutIndentation(String text) {
    return text.replaceAll("(?m)^[ \t]+", "").strip();
  }
}
