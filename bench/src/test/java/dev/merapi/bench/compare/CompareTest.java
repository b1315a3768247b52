package dev.merapi.bench.compare;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CompareTest {
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
    "--peer, djl, one-thread",
    "--jason, rows.json, --jason"
  })
  void wrongArgumentsGetOneLineAndExitCodeTwo(String option, String value, String named) {
    CommandRun.of(Compare.commandLine(), option, value).assertWrongUsage(named);
  }

  @Test
  void helpNamesTheOptions() {
    CommandRun help = CommandRun.of(Compare.commandLine(), "--help");
    assertEquals(0, help.code());
    for (String option :
        new String[] {"--only", "--threads", "--peer", "--target", "--seconds", "--json"}) {
      assertTrue(help.out().contains(option), option);
    }
  }
}
