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
  @ParameterizedTest
  @CsvSource({
    "--network, resnet, simplenet",
    "--starts, 0, --starts",
    "--starts, many, --starts",
    "--target, vektor, machine-avx2",
    "--start, 3, --start"
  })
  void wrongArgumentsGetOneLineAndExitCodeTwo(String option, String value, String named) {
    CommandRun.of(Cold.commandLine(), option, value).assertWrongUsage(named);
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
    var out = new StringWriter();
    new ColdReport(new PrintWriter(out, true)).rows("we", ours, theirs);
    assertTrue(out.toString().matches("we +200 .* 2\\.50 .* 2\\.5 +88 .*\\R"), out.toString());
  }

  @Test
  void aFewStartsOfEach() {
    CommandRun run =
        CommandRun.of(Cold.commandLine(), "--network", "simplenet", "--starts", "2", "--aot");
    assertEquals(0, run.code(), run::err);
    List<String> lines = run.out().lines().toList();
    assertEquals(
        List.of("Merapi", "Merapi, AOT cache", "ONNX Runtime"),
        lines.subList(lines.size() - 3, lines.size()).stream()
            .map(line -> line.substring(0, 22).replaceAll(" [0-9.]+ *$", "").strip())
            .toList());
  }
}
