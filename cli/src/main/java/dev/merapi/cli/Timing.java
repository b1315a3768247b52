package dev.merapi.cli;

import dev.merapi.CompileOptions;
import dev.merapi.CompiledModel;
import dev.merapi.Model;
import dev.merapi.Session;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import org.HdrHistogram.Histogram;

/// How long one run takes.
///
/// @param times nanoseconds of each run
/// @param seconds all of them took, with what lies between
/// @param bytesPerRun what one run allocates on the Java heap, in all threads
record Timing(Histogram times, double seconds, double bytesPerRun) {
  private static final double REHEARSAL_SECONDS = 0.3;
  private static final double SECONDS_OF_ONE_EXAMPLE = 1;

  /// An hour in nanoseconds: a longer run is counted as one of this length.
  private static final long LONGEST = 3_600_000_000_000L;

  private static final int DIGITS = 3;

  /// Times a model at the size 1 of all that has a name.
  static Timing ofOneExample(Model model, CompileOptions options) {
    var ones = new TreeMap<String, Long>();
    model.graph().symbols().forEach(symbol -> ones.put(symbol, 1L));
    try (CompiledModel compiled = model.compile(bound(options, ones)).warmUp();
        Session session = compiled.newSession()) {
      SampleInputs.fill(session);
      return of(session, SECONDS_OF_ONE_EXAMPLE);
    }
  }

  /// The options with these sizes.
  static CompileOptions bound(CompileOptions options, Map<String, Long> sizes) {
    CompileOptions all = options;
    for (var size : sizes.entrySet()) {
      all = all.size(size.getKey(), size.getValue());
    }
    return all;
  }

  /// Times a session whose inputs are filled, for that long, after a rehearsal.
  static Timing of(Session session, double seconds) {
    loop(session, REHEARSAL_SECONDS, new Histogram(1, LONGEST, DIGITS));
    double bytes = HeapUse.bytesPerCall(session::run);
    var times = new Histogram(1, LONGEST, DIGITS);
    double took = loop(session, seconds, times);
    return new Timing(times, took, bytes);
  }

  private static double loop(Session session, double seconds, Histogram times) {
    long start = System.nanoTime();
    long end = start + (long) (seconds * 1e9);
    long before = start;
    do {
      session.run();
      long now = System.nanoTime();
      times.recordValue(Math.clamp(now - before, 1, LONGEST));
      before = now;
    } while (before < end);
    return (before - start) / 1e9;
  }

  /// How many runs were timed.
  long runs() {
    return times.getTotalCount();
  }

  /// The time that this percentage of the runs did not exceed.
  double nanos(double percentile) {
    return times.getValueAtPercentile(percentile);
  }

  /// A time in its unit, with three or more digits: `31.2 us`.
  static String time(double nanos) {
    if (nanos < 999.5) {
      return String.format(Locale.ROOT, "%.0f ns", nanos);
    }
    if (nanos < 999.95e3) {
      return String.format(Locale.ROOT, "%.1f us", nanos / 1e3);
    }
    if (nanos < 999.95e6) {
      return String.format(Locale.ROOT, "%.1f ms", nanos / 1e6);
    }
    return String.format(Locale.ROOT, "%.2f s", nanos / 1e9);
  }
}
