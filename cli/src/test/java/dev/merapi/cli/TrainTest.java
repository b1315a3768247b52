package dev.merapi.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.PrintWriter;
import java.io.StringWriter;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TrainTest {
  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();

  private int execute(String... args) {
    return Main.commandLine()
        .setOut(new PrintWriter(out))
        .setErr(new PrintWriter(err))
        .execute(args);
  }

  @Test
  void leNetEndsWithItsAccuracy() {
    assertEquals(0, execute("train", "lenet", "--epochs", "1"), err::toString);
    var lines = out.toString().lines().toList();
    assertTrue(lines.getLast().matches("test accuracy 0\\.\\d{4}"), out::toString);
    assertTrue(Double.parseDouble(lines.getLast().substring(14)) > 0.8, out::toString);
    assertTrue(lines.get(lines.size() - 2).contains("latency"), out::toString);
  }

  @ParameterizedTest
  @CsvSource({
    "--epochs, 0, 1",
    "--batch, -3, 1",
    "--threads, 0, 1",
    "--backend, abacus, 1",
    "--epochs, many, 2",
    "--speed, 3, 2"
  })
  void whatIsWrongIsSaidInALine(String option, String value, int exit) {
    assertEquals(exit, execute("train", "lenet", option, value), err::toString);
    assertTrue(err.toString().startsWith("merapi: "), err::toString);
    assertTrue(err.toString().contains(option) || err.toString().contains(value), err::toString);
  }

  @Test
  void anUnknownExampleIsNamed() {
    assertEquals(2, execute("train", "lemet"));
    assertTrue(err.toString().contains("lemet"), err::toString);
  }
}
