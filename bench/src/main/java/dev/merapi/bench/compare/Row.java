package dev.merapi.bench.compare;

import com.fasterxml.jackson.databind.PropertyNamingStrategies.SnakeCaseStrategy;
import com.fasterxml.jackson.databind.annotation.JsonNaming;
import org.HdrHistogram.Histogram;

/// A line of the table and an object of the JSON.
///
/// @param workload network and batch size
/// @param threads of both
/// @param peer whom we are compared with
/// @param ratio the peer's time by ours, the median over neighbouring turns: above 1 we are faster
/// @param ratioLow its 10th percentile
/// @param ratioHigh its 90th percentile
/// @param gflops 10^9 floating-point operations a second, ours
/// @param peakShare that, by the FMA peak of as many threads at once, in the same minute
/// @param bytesPerOp what one of our runs allocates on the Java heap, in all threads
/// @param attempts how often it was measured; a row that scatters is repeated
/// @param noisy whether it still scattered by more than 1.3 after that: the ratio is rough
/// @param turns how many turns both took
/// @param unquietTurns how many of them began though another thread of the process still ran
/// @param maxAbsError largest difference of two outputs
/// @param maxRelError the same by the size of the peer's output, or by 1 if that is larger
@JsonNaming(SnakeCaseStrategy.class)
record Row(
    String workload,
    int threads,
    String peer,
    double oursP50Us,
    double peerP50Us,
    double ratio,
    double ratioLow,
    double ratioHigh,
    double oursP99Us,
    double gflops,
    double peakShare,
    double bytesPerOp,
    double peerP99Us,
    double oursP999Us,
    double peerP999Us,
    int attempts,
    boolean noisy,
    int turns,
    int unquietTurns,
    double maxAbsError,
    double maxRelError) {
  static Row of(
      Workload workload,
      int threads,
      String peer,
      Turns.Result result,
      long flops,
      double bytesPerOp,
      Agreement agreement) {
    double gflops = flops / result.turn().median();
    return new Row(
        workload.name(),
        threads,
        peer,
        micros(result.ours(), 50),
        micros(result.theirs(), 50),
        result.ratio().median(),
        result.ratio().low(),
        result.ratio().high(),
        micros(result.ours(), 99),
        gflops,
        gflops / result.peak(),
        bytesPerOp,
        micros(result.theirs(), 99),
        micros(result.ours(), 99.9),
        micros(result.theirs(), 99.9),
        result.attempts(),
        result.isNoisy(),
        result.turns(),
        result.unquiet(),
        agreement.absolute(),
        agreement.relative());
  }

  private static double micros(Histogram nanos, double percentile) {
    return nanos.getValueAtPercentile(percentile) / 1e3;
  }
}
