package dev.merapi.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import picocli.CommandLine;

class TrainTest {
  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();
  private final CommandLine merapi =
      Main.commandLine().setOut(new PrintWriter(out)).setErr(new PrintWriter(err));

  @Test
  void printsALineForEachEpochThenLatencyThenAccuracy() {
    assertEquals(0, merapi.execute("train", "lenet", "--epochs", "2", "--batch", "50"));
    List<String> lines = out.toString().lines().toList();
    String all = out.toString();
    assertEquals(2, lines.stream().filter(line -> line.startsWith("epoch ")).count(), all);
    assertTrue(lines.get(0).matches("epoch 1/2: loss \\d\\.\\d{4}, accuracy 0\\.\\d{4}, .*"), all);
    assertTrue(lines.get(lines.size() - 2).matches(".*p50 [\\d.]+ us, p99 [\\d.]+ us.*"), all);
    assertTrue(lines.getLast().matches("test accuracy [01]\\.\\d{4}"), all);
    assertTrue(Double.parseDouble(lines.getLast().substring(14)) > 0.93, all);
    assertEquals("", err.toString());
  }

  @ParameterizedTest
  @CsvSource({
    "lenett, --epochs, 1, no such example: name=lenett",
    "lenet, --epochs, 0, '--epochs'",
    "lenet, --epochs, -3, '-3' is not a whole number from 1",
    "lenet, --batch, many, 'many' is not a whole number from 1",
    "lenet, --batch, 99999999999, '99999999999' is not a whole number from 1",
    "lenet, --threads, 0, '0' is not a whole number from 1",
    "lenet, --seed, x, '--seed'",
    "lenet, --epoch, 3, --epoch",
    "lenet, --batch, 8001, 'more images than there are: 8001, of 8000'",
    "lenet, --threads, 257, 'more than allowed: 257, of 256'"
  })
  void wrongArgumentsAreSaidInOneLineAndExitCodeTwo(
      String network, String option, String value, String expected) {
    assertEquals(2, merapi.execute("train", network, option, value));
    List<String> lines = err.toString().lines().toList();
    assertTrue(lines.getFirst().startsWith("merapi: "), err.toString());
    assertTrue(lines.getFirst().contains(expected), err.toString());
    assertEquals("Try `merapi train --help`.", lines.getLast());
    assertEquals("", out.toString());
  }

  @Test
  void aBackendThatIsNotThereIsNamedWithThoseThatAre() {
    assertEquals(1, merapi.execute("train", "lenet", "--backend", "abacus"));
    assertTrue(err.toString().startsWith("merapi: no such backend: name=abacus"), err.toString());
    assertTrue(err.toString().contains("cpu"), err.toString());
  }

  @Test
  void aMissingNameIsWrongUsage() {
    assertEquals(2, merapi.execute("train"));
    assertTrue(err.toString().contains("NAME"), err.toString());
  }

  @Test
  void helpNamesTheNetworksAndTheDefaults() {
    assertEquals(0, merapi.execute("train", "--help"));
    assertTrue(out.toString().contains("lenet"), out.toString());
    assertTrue(out.toString().contains("default: 32"), out.toString());
  }

  @Test
  void latencyIsTheSmallestTimeThatTheShareOfRunsDidNotExceed() {
    long[] nanos = new long[200];
    for (int i = 0; i < nanos.length; i++) {
      nanos[nanos.length - 1 - i] = (i + 1) * 1000L;
    }
    assertEquals(new Latency(200, 100, 198), Latency.of(nanos));
    assertEquals(new Latency(1, 5, 5), Latency.of(new long[] {5000}));
  }
}
