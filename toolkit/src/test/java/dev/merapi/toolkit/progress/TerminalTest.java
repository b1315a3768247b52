package dev.merapi.toolkit.progress;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TerminalTest {
  @ParameterizedTest
  @CsvSource({
    "60, 24 100, 60",
    "'', 24 100, 100",
    "wide, 24 100, 100",
    "0, 24 100, 100",
    "'', 0 0, 80",
    "'', not a tty, 80",
    "'', '', 80",
    "3, 24 100, 20"
  })
  void theEnvironmentIsAskedFirstThenTheTerminal(String columns, String answer, int expected) {
    assertEquals(expected, Terminal.columns(Optional.of(columns), () -> answer));
  }

  @Test
  void withoutATerminalItIsTheUsualWidth() {
    assertEquals(
        80,
        Terminal.columns(
            Optional.empty(),
            () -> {
              throw new IOException("no such device");
            }));
  }
}
