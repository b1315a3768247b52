package dev.merapi.bench;

import static dev.merapi.optim.Sgd.sgd;
import static dev.merapi.train.Losses.crossEntropy;

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
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/// One warm step of LeNet: forward, backward and update. Under `-prof gc` it allocates nothing.
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(1)
public class TrainStepBenchmark {
  private static final int CLASSES = 10;

  @Param({"1", "64"})
  int batch;

  @Param({"1", "2"})
  int threads;

  private TrainStep step;

  @Setup(Level.Trial)
  public void prepare() {
    var options = CompileOptions.cpu().size("N", batch).threads(threads);
    step =
        Networks.LENET
            .model()
            .trainStep(crossEntropy(), sgd(0.001).momentum(0.9), options)
            .warmUp();
    var x = step.input("x");
    x.copyFrom(RandomKey.of(2).normal(Math.toIntExact(x.elements()), 0, 1));
    for (int i = 0; i < batch; i++) {
      step.target().set(i, i % CLASSES);
    }
  }

  @TearDown(Level.Trial)
  public void close() {
    step.close();
  }

  @Benchmark
  public void run() {
    step.run();
  }
}
