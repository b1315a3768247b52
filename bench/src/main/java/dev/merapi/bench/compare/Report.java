package dev.merapi.bench.compare;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/// Shows rows to people and to programs.
final class Report {
  private final PrintWriter out;

  Report(PrintWriter out) {
    this.out = out;
  }

  /// @param peak of all threads, 10^9 operations a second
  void head(Peer peer, int threads, double peak) {
    print("Merapi beside %s; threads: %d", peer.title(), threads);
    print(
        "machine: %s, %d processors, FMA peak of %s %.0f GFLOP/s; Java %s",
        System.getProperty("os.arch"),
        Runtime.getRuntime().availableProcessors(),
        threads == 1 ? "one thread" : threads + " threads at once",
        peak,
        Runtime.version());
    print("%s: %s", peer.title(), peer.settings());
    print(
        "ratio: the peer's time by ours (above 1 we are faster), median of neighbouring turns,"
            + " with 10th and 90th percentile");
    print("error: the largest difference of two outputs, by the peer's or by 1; B/run: Java heap");
    print(
        "noisy: after %d attempts the ratio still scattered by more than %.1f; unquiet: turns that"
            + " began though another thread of this process still ran",
        Turns.ATTEMPTS, Turns.WIDEST);
    print("");
    print(
        "%-18s %31s %31s %20s %8s %7s %6s %8s",
        "",
        "Merapi us, p50/p99/p99.9",
        "peer us, p50/p99/p99.9",
        "ratio",
        "GFLOP/s",
        "of peak",
        "B/run",
        "error");
  }

  void row(Row row) {
    print(
        "%-18s %9.2f %10.2f %10.2f %9.2f %10.2f %10.2f %6.2f [%5.2f, %5.2f] %7.2f %6.1f%% %6.2f %8.1e%s",
        row.workload(),
        row.oursP50Us(),
        row.oursP99Us(),
        row.oursP999Us(),
        row.peerP50Us(),
        row.peerP99Us(),
        row.peerP999Us(),
        row.ratio(),
        row.ratioLow(),
        row.ratioHigh(),
        row.gflops(),
        100 * row.peakShare(),
        row.bytesPerOp(),
        row.maxRelError(),
        remarks(row));
  }

  /// What makes a row less sure than others: ` (3 attempts, noisy)`, or nothing.
  static String remarks(Row row) {
    var remarks = new ArrayList<String>();
    if (row.attempts() > 1) {
      remarks.add(row.attempts() + " attempts");
    }
    if (row.noisy()) {
      remarks.add("noisy");
    }
    if (row.unquietTurns() > 0) {
      remarks.add(row.unquietTurns() + " of " + row.turns() + " turns unquiet");
    }
    return remarks.isEmpty() ? "" : " (" + String.join(", ", remarks) + ")";
  }

  private void print(String format, Object... values) {
    out.println(String.format(Locale.ROOT, format, values));
    out.flush();
  }

  /// Writes the rows as a list of objects.
  static void write(List<Row> rows, Path file) throws IOException {
    new ObjectMapper().enable(SerializationFeature.INDENT_OUTPUT).writeValue(file.toFile(), rows);
  }
}
