package dev.merapi.bench.compare;

import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.ToDoubleFunction;

/// Prints what fresh JVMs measured.
final class ColdReport {
  /// One start.
  ///
  /// @param firstResultMillis from the start of the process to the first result
  record Row(long firstResultMillis, ColdFigures figures) {}

  private final PrintWriter out;

  ColdReport(PrintWriter out) {
    this.out = out;
  }

  void head(String network, int starts, List<String> flags) {
    print("%s, batch 1, one thread; %d JVMs of each, in turns: %s", network, starts, flags);
    print("medians; first result: ms from the start of the process, with 10th and 90th percentile");
    print("ratio: the peer's first result by ours (above 1 we are earlier), neighbouring starts");
    print("runs: us of each of the first %d; p50: us after 1,000; RSS: MB", ColdStart.FIRST_RUNS);
    print("");
    print("%-22s %22s %20s %8s %6s  %s", "", "first result", "ratio", "p50", "RSS", "runs");
  }

  /// A contender's line.
  void rows(String name, List<Row> rows, List<Row> peer) {
    Spread first = Spread.of(firsts(rows));
    Spread ratio = Spread.ofNeighbours(firsts(rows), firsts(peer));
    var runs = new ArrayList<String>();
    for (int i = 0; i < ColdStart.FIRST_RUNS; i++) {
      int run = i;
      runs.add(text(median(rows, row -> row.figures().firstRuns()[run] / 1e3)));
    }
    print(
        "%-22s %6.0f [%6.0f,%6.0f] %5.2f [%5.2f,%5.2f] %8s %6.0f  %s",
        name,
        first.median(),
        first.low(),
        first.high(),
        ratio.median(),
        ratio.low(),
        ratio.high(),
        text(median(rows, row -> row.figures().p50() / 1e3)),
        median(rows, row -> row.figures().residentBytes() / 1e6),
        String.join(" ", runs));
  }

  private static double[] firsts(List<Row> rows) {
    return rows.stream().mapToDouble(Row::firstResultMillis).toArray();
  }

  private static double median(List<Row> rows, ToDoubleFunction<Row> figure) {
    return Spread.of(rows.stream().mapToDouble(figure).toArray()).median();
  }

  private static String text(double micros) {
    return String.format(Locale.ROOT, micros < 100 ? "%.1f" : "%.0f", micros);
  }

  private void print(String format, Object... values) {
    out.println(String.format(Locale.ROOT, format, values));
    out.flush();
  }
}
