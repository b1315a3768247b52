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
/// iteration, which is divided by the number of calls. The last iteration of other benchmarks also
/// counts their tear-down.
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(1)
public class HarnessBenchmark {
  /// About as long as a session's run and a training step of LeNet.
  @Param({"5000", "1000000"})
  long tokens;

  @Benchmark
  public void nothing() {
    Blackhole.consumeCPU(tokens);
  }
}
