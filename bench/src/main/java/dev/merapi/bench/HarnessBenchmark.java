package dev.merapi.bench;

import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;
import org.openjdk.jmh.infra.Blackhole;

/// What `-prof gc` shows for code that allocates nothing: JMH's own threads take some 6 to 13 KB an
/// iteration, which is divided by the number of calls. So a reading below 0.01 B needs millions of
/// them: a small network and some seconds an iteration (`-r 10`). With a large network, compare
/// with this benchmark's reading at as many calls.
///
/// [SessionBenchmark] and [TrainStepBenchmark] leave closing their model to the end of the fork's
/// JVM, because JMH counts a tear-down as part of the last iteration.
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(1)
public class HarnessBenchmark {
  /// About as long as a session's run of LeNet at batch 1 and a training step at batch 64.
  @Param({"5000", "1000000"})
  long tokens;

  @Benchmark
  public void nothing() {
    Blackhole.consumeCPU(tokens);
  }
}
