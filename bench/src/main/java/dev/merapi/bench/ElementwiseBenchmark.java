package dev.merapi.bench;

import static dev.merapi.Model.input;
import static dev.merapi.graph.TensorType.f32;
import static dev.merapi.nn.Layers.lambda;

import dev.merapi.CompileOptions;
import dev.merapi.CompiledModel;
import dev.merapi.Model;
import dev.merapi.RandomKey;
import dev.merapi.Session;
import dev.merapi.Tensor;
import dev.merapi.nn.Activations;
import java.util.concurrent.TimeUnit;
import java.util.function.UnaryOperator;
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

/// Chains of elementwise operations, each fused into one kernel, over a megabyte of floats.
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(1)
public class ElementwiseBenchmark {
  private static final int COUNT = 1 << 18;

  /// What is computed of each element.
  public enum Chain {
    ARITHMETIC(x -> x.times(3).plus(1).times(x).minus(x.square())),
    TANH(Activations::tanh),
    SWISH(x -> x.times(Activations.sigmoid(x)).plus(x)),
    LOGISTIC(x -> x.exp().over(x.exp().plus(1)));

    private final UnaryOperator<Tensor> body;

    Chain(UnaryOperator<Tensor> body) {
      this.body = body;
    }
  }

  @Param Chain chain;

  private CompiledModel compiled;
  private Session session;

  @Setup(Level.Trial)
  public void prepare() {
    var net = lambda("Chain", chain.body);
    compiled =
        Model.of(net, input("x", f32(COUNT)), RandomKey.of(1))
            .compile(CompileOptions.cpu())
            .warmUp();
    session = compiled.newSession();
    session.input("x").copyFrom(RandomKey.of(2).normal(COUNT, 0, 1));
  }

  @TearDown(Level.Trial)
  public void close() {
    session.close();
    compiled.close();
  }

  @Benchmark
  public void run() {
    session.run();
  }
}
