package dev.merapi.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import org.HdrHistogram.Histogram;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class BenchTest {
  @TempDir private Path folder;

  @Test
  void tellsLatencyThroughputAndThatARunAllocatesNothing() {
    Path model = Models.sums(folder);
    String out = new Cli().succeed("bench", model, "--batch", 4, "--seconds", 0.2);
    assertTrue(out.startsWith("Sequential: 6 parameters, N=4, 1 thread\n"), out);
    for (String name : new String[] {"load", "compile", "warm-up", "p50", "p99", "p99.9"}) {
      assertTrue(out.matches("(?s).*\n  " + name + " +[\\d.]+ (ns|us|ms|s)\n.*"), name + out);
    }
    assertTrue(out.matches("(?s).*throughput +[\\d,]+ runs/s, [\\d,]+ examples/s\n.*"), out);
    assertTrue(out.matches("(?s).*java heap +0 bytes allocated a run\n.*"), out);
  }

  @Test
  void aTargetMayBeChosen() {
    Path model = Models.sums(folder);
    for (String target : new String[] {"machine", "machine-avx2", "vector", "scalar"}) {
      String out = new Cli().succeed("bench", model, "--seconds", 0.1, "--target", target);
      assertTrue(out.contains("java heap"), out);
    }
  }

  @Test
  void wrongArgumentsAreSaid() {
    Path model = Models.sums(folder);
    assertTrue(Cli.fail(2, "bench", model, "--batch", 0).contains("'0' is not a whole number"));
    assertTrue(Cli.fail(2, "bench", model, "--seconds", -1).contains("--seconds"));
    assertTrue(Cli.fail(2, "bench", model, "--threads", 257).contains("257, of 256"));
    assertTrue(Cli.fail(2, "bench").contains("MODEL"));
    assertTrue(Cli.fail(1, "bench", folder.resolve("x.merapi")).contains("no such file"));
  }

  @Test
  void percentilesAreThoseOfTheTimes() {
    var times = new Histogram(1, 1_000_000_000, 3);
    for (int i = 1; i <= 1000; i++) {
      times.recordValue(i);
    }
    var timing = new Timing(times, 2, 0);
    assertEquals(1000, timing.runs());
    assertEquals(500, timing.nanos(50), 0.5);
    assertEquals(990, timing.nanos(99), 0.5);
  }

  @Test
  void timesHaveTheUnitThatFits() {
    assertEquals("950 ns", Timing.time(950));
    assertEquals("31.2 us", Timing.time(31_240));
    assertEquals("2.5 ms", Timing.time(2_460_000));
    assertEquals("3.21 s", Timing.time(3_214_000_000.0));
  }
}
