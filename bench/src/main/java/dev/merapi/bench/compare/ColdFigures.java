package dev.merapi.bench.compare;

import java.util.Arrays;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.LongStream;

/// What a fresh JVM measured.
///
/// @param firstResult when it had the first result, milliseconds of [System#currentTimeMillis]
/// @param firstRuns nanoseconds of each of the first runs
/// @param p50 median of a run's nanoseconds after a thousand
/// @param residentBytes memory in RAM at the end; 0 if unknown
/// @param output of the first run
record ColdFigures(
    long firstResult, long[] firstRuns, long p50, long residentBytes, float[] output) {
  private static final String START = "cold";

  /// One line, for another process.
  String line() {
    String runs =
        LongStream.of(firstRuns).mapToObj(Long::toString).collect(Collectors.joining(","));
    String values =
        IntStream.range(0, output.length)
            .mapToObj(i -> Float.toString(output[i]))
            .collect(Collectors.joining(","));
    return String.join(
        " ",
        START,
        Long.toString(firstResult),
        runs,
        Long.toString(p50),
        Long.toString(residentBytes),
        values);
  }

  /// What [#line] gave.
  ///
  /// @param text perhaps with other lines
  /// @throws IllegalArgumentException if there is no such line
  static ColdFigures parse(String text) {
    String[] words =
        text.lines()
            .filter(line -> line.startsWith(START + " "))
            .findFirst()
            .orElseThrow(() -> new IllegalArgumentException("cold: no figures: text=" + text))
            .split(" ");
    String[] values = words[5].split(",");
    float[] output = new float[values.length];
    for (int i = 0; i < output.length; i++) {
      output[i] = Float.parseFloat(values[i]);
    }
    return new ColdFigures(
        Long.parseLong(words[1]),
        Arrays.stream(words[2].split(",")).mapToLong(Long::parseLong).toArray(),
        Long.parseLong(words[3]),
        Long.parseLong(words[4]),
        output);
  }
}
