package dev.merapi.kernels.cpu;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.merapi.drawn.Drawn;
import dev.merapi.drawn.DrawnKernels;
import dev.merapi.drawn.GraphDrawing;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.function.LongFunction;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestReporter;

/// Random graphs of all families, other ones in each run: compiled, they give what the interpreter
/// says, their gradients and what they store included; by one thread and in parts, by twins and
/// vector classes, at every width that the machine has.
///
/// `-Dmerapi.graphs=200000` draws more of them, `-Dmerapi.graphs.seed=N` those that begin with N.
class DrawnGraphsTest {
  private static final int GRAPHS = Integer.getInteger("merapi.graphs", 5000);
  private static final long SEED =
      Long.getLong("merapi.graphs.seed", new Random().nextInt(1_000_000_000));

  /// Vector classes that the JIT has not compiled are slow.
  private static final int VECTORS_EVERY = 25;

  private static final int MOST_REPORTS = 5;

  @Test
  void areWhatTheInterpreterSays(TestReporter reporter) {
    check(GRAPHS, GraphDrawing::draw, reporter);
  }

  /// Graphs that are divided into other kernels where a target takes larger ones: with the same
  /// bits.
  @Test
  void ofManyMapsHaveTheSameBitsInLargerKernels(TestReporter reporter) {
    check(GRAPHS / 50, DrawnKernels::draw, reporter);
  }

  private static void check(int graphs, LongFunction<Drawn> drawing, TestReporter reporter) {
    reporter.publishEntry("first seed", String.valueOf(SEED));
    var check = new DrawnGraphCheck();
    var reports = new ArrayList<String>();
    for (long seed = SEED; seed < SEED + graphs && reports.size() < MOST_REPORTS; seed++) {
      Drawn drawn = drawing.apply(seed);
      String name = "seed " + seed + ": ";
      check
          .report(drawn, DrawnGraphCheck.forms(drawn, seed, VECTORS_EVERY))
          .ifPresent(text -> reports.add(name + text));
    }
    assertEquals(List.of(), reports, () -> String.join("\n", reports));
  }
}
