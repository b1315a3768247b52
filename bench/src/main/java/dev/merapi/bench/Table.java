package dev.merapi.bench;

import java.util.List;
import java.util.Locale;

/// Prints a [PairedRun]: a row for the peak and one for each contender.
final class Table {
  private Table() {}

  static void head() {
    System.out.printf(
        Locale.ROOT, "%-22s %-14s %9s %8s %8s%n", "", "", "GFLOP/s", "of peak", "to last");
  }

  /// @param work what was computed, such as `480 x 480`
  static void rows(String work, List<PairedRun.Contender> contenders, PairedRun.Result result) {
    double last = result.best().getLast();
    row("FMA peak", work, result.peak(), result.peak(), last);
    for (int i = 0; i < contenders.size(); i++) {
      row(contenders.get(i).name(), work, result.best().get(i), result.peak(), last);
    }
  }

  private static void row(String name, String work, double gigaflops, double peak, double last) {
    double share = 100 * gigaflops / peak;
    System.out.printf(
        Locale.ROOT,
        "%-22s %-14s %9.1f %7.1f%% %7.2fx%n",
        name,
        work,
        gigaflops,
        share,
        gigaflops / last);
  }

  /// A contender's result is wrong: nothing is timed.
  static void check(String name, String work, double error, double tolerance) {
    if (!(error <= tolerance)) {
      throw new AssertionError(
          name + ": wrong result: work=" + work + ", error=" + error + ", tolerance=" + tolerance);
    }
  }
}
