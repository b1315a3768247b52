package dev.merapi.bench;

import dev.merapi.CompileOptions;
import dev.merapi.RandomKey;
import dev.merapi.Session;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/// One call of a warm session. Under `-prof gc` it allocates nothing, see [HarnessBenchmark].
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(1)
public class SessionBenchmark {
  @Param Networks network;

  @Param({"1", "32"})
  int batch;

  @Param({"1", "2"})
  int threads;

  private Session session;

  @Setup(Level.Trial)
  public void prepare() {
    var options = CompileOptions.cpu().size("N", batch).threads(threads);
    session = network.model().compile(options).warmUp().newSession();
    var x = session.input("x");
    x.copyFrom(RandomKey.of(2).normal(Math.toIntExact(x.elements()), 0, 1));
  }

  @Benchmark
  public void run() {
    session.run();
  }
}
