package dev.merapi.cli;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SeedsCommandTest {
  @Test
  void printsALineForEachSeedAndTheMean() {
    List<String> lines = new Cli().succeed("seeds", "xor", 3, 4).lines().toList();
    assertTrue(lines.get(0).matches("seed 3: \\d\\.\\d{4}, \\d+ s"), lines::toString);
    assertTrue(lines.get(1).startsWith("seed 4: "), lines::toString);
    assertTrue(lines.get(2).matches("mean \\d\\.\\d{4}"), lines::toString);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "seeds | 'NAME'",
        "seeds lenet 1 | 'LAST'",
        "seeds lenet 1 x | 'x' is not a long",
        "seeds lenet 5 1 | the last seed is before the first: 5, 1",
        "seeds lenet 1 5 validatoin | 'validatoin' is none of test, validation; did you mean valid",
        "seeds lenett 1 5 | no such example: 'lenett'; did you mean lenet?"
      })
  void wrongArgumentsAreSaidInOneLineAndExitCodeTwo(String words, String expected) {
    String line = Cli.fail(2, (Object[]) words.split(" "));
    assertTrue(line.contains(expected), line);
    assertTrue(line.endsWith("(see merapi seeds --help)"), line);
  }
}
