package dev.merapi.bench;

import static dev.merapi.optim.Sgd.sgd;

import dev.merapi.CompileOptions;
import dev.merapi.RandomKey;
import dev.merapi.TrainStep;
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

/// One warm training step: forward, backward and update. Under `-prof gc` it allocates nothing, see
/// [HarnessBenchmark].
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(1)
public class TrainStepBenchmark {
  private static final int CLASSES = 10;

  @Param({"CLASSIFIER", "LENET"})
  Networks network;

  @Param({"1", "64"})
  int batch;

  @Param({"1", "2"})
  int threads;

  private TrainStep step;

  @Setup(Level.Trial)
  public void prepare() {
    var options = CompileOptions.cpu().size("N", batch).threads(threads);
    step = network.model().trainStep(network.loss(), sgd(0.001).momentum(0.9), options).warmUp();
    var x = step.input("x");
    x.copyFrom(RandomKey.of(2).normal(Math.toIntExact(x.elements()), 0, 1));
    var target = step.target();
    for (int i = 0; i < target.elements(); i++) {
      if (target.type().dtype().isFloat()) {
        target.set(i, (float) (i % 2));
      } else {
        target.set(i, i % CLASSES);
      }
    }
  }

  @Benchmark
  public void run() {
    step.run();
  }
}
