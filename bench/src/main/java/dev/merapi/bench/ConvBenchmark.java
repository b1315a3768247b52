package dev.merapi.bench;

import java.lang.foreign.Arena;
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

/// A 3x3 convolution of one image, weights packed beforehand, on one thread.
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(1)
public class ConvBenchmark {
  /// Channels and width of the image.
  @Param({"64x56", "256x14", "6x12"})
  String layer;

  private final Arena arena = Arena.ofShared();
  private MerapiConv conv;

  @Setup(Level.Trial)
  public void prepare() {
    int cross = layer.indexOf('x');
    int channels = Integer.parseInt(layer.substring(0, cross));
    var shape = new SquareConv(channels, Integer.parseInt(layer.substring(cross + 1)));
    conv = new MerapiConv(shape.operands(1L, arena));
  }

  @TearDown(Level.Trial)
  public void free() {
    arena.close();
  }

  @Benchmark
  public void forward() {
    conv.run();
  }
}
