package dev.merapi.bench.compare;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ColdTest {
  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();

  private int run(String... args) {
    return Cold.commandLine()
        .setOut(new PrintWriter(out, true))
        .setErr(new PrintWriter(err, true))
        .execute(args);
  }

  @ParameterizedTest
  @CsvSource({
    "--network, resnet, simplenet",
    "--starts, 0, --starts",
    "--starts, many, --starts",
    "--start, 3, --start"
  })
  void wrongArgumentsGetOneLineAndExitCodeTwo(String option, String value, String named) {
    assertEquals(2, run(option, value));
    String line = err.toString();
    assertTrue(line.contains(named), line);
    assertTrue(line.contains("--help"), line);
    assertEquals(1, line.lines().count(), line);
    assertEquals("", out.toString());
  }

  @Test
  void figuresPassAsALineAmongOthers() {
    var figures = new ColdFigures(12, new long[] {5, 4, 3}, 2, 1 << 20, new float[] {0.1f, -3e-9f});
    var read = ColdFigures.parse("WARNING: something\n" + figures.line() + "\n");
    assertEquals(figures.line(), read.line());
    assertArrayEquals(figures.output(), read.output());
    assertThrows(IllegalArgumentException.class, () -> ColdFigures.parse("nothing"));
  }

  @Test
  void ratiosAreThoseOfThePeerByOurs() {
    var figures =
        new ColdFigures(0, new long[ColdStart.FIRST_RUNS], 2500, 88_000_000, new float[1]);
    var ours = List.of(new ColdReport.Row(200, figures));
    var theirs = List.of(new ColdReport.Row(500, figures));
    new ColdReport(new PrintWriter(out, true)).rows("we", ours, theirs);
    assertTrue(out.toString().matches("we +200 .* 2\\.50 .* 2\\.5 +88 .*\\R"), out.toString());
  }

  @Test
  void aFewStartsOfEach() {
    assertEquals(0, run("--network", "simplenet", "--starts", "2", "--aot"), err::toString);
    List<String> lines = out.toString().lines().toList();
    assertEquals(
        List.of("Merapi", "Merapi, AOT cache", "ONNX Runtime"),
        lines.subList(lines.size() - 3, lines.size()).stream()
            .map(line -> line.substring(0, 22).replaceAll(" [0-9.]+ *$", "").strip())
            .toList());
  }
}
