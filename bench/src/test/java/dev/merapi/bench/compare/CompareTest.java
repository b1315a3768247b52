package dev.merapi.bench.compare;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.PrintWriter;
import java.io.StringWriter;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CompareTest {
  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();

  private int run(String... args) {
    return Compare.commandLine()
        .setOut(new PrintWriter(out, true))
        .setErr(new PrintWriter(err, true))
        .execute(args);
  }

  @ParameterizedTest
  @CsvSource({
    "--threads, 0, --threads",
    "--threads, many, --threads",
    "--threads, 100000, processors",
    "--seconds, 0, --seconds",
    "--seconds, NaN, --seconds",
    "--seconds, soon, --seconds",
    "--only, resnet, simplenet/batch1",
    "--json, no/such/folder/rows.json, --json",
    "--target, vektor, machine-avx2",
    "--jason, rows.json, --jason"
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
  void helpNamesTheOptions() {
    assertEquals(0, run("--help"));
    for (String option : new String[] {"--only", "--threads", "--target", "--seconds", "--json"}) {
      assertTrue(out.toString().contains(option), option);
    }
  }
}
