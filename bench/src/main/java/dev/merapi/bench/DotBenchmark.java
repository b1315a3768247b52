package dev.merapi.bench;

import dev.merapi.kernels.jit.KernelCache;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
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

/// The product of square matrices, packing included, on one thread.
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(1)
public class DotBenchmark {
  @Param({"64", "480", "961"})
  int size;

  private final Arena arena = Arena.ofShared();
  private Matrices matrices;
  private MerapiProduct product;
  private MemorySegment result;

  @Setup(Level.Trial)
  public void prepare() {
    matrices = Matrices.random(size, 1L, arena);
    product = MerapiProduct.vectors(size, new KernelCache());
    result = matrices.result();
  }

  @TearDown(Level.Trial)
  public void free() {
    arena.close();
  }

  @Benchmark
  public void dot() {
    product.multiply(matrices.a(), matrices.b(), result, size);
  }
}
