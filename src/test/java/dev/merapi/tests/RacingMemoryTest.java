package dev.merapi.tests;

import static dev.merapi.Model.input;
import static dev.merapi.graph.TensorType.f32;
import static dev.merapi.graph.TensorType.i32;
import static dev.merapi.nn.Layers.dense;
import static dev.merapi.nn.Layers.lambda;
import static dev.merapi.optim.Sgd.sgd;
import static dev.merapi.train.Losses.crossEntropy;
import static dev.merapi.train.Losses.mse;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.merapi.CompileOptions;
import dev.merapi.CompiledModel;
import dev.merapi.MerapiException;
import dev.merapi.MerapiException.Kind;
import dev.merapi.Model;
import dev.merapi.RandomKey;
import dev.merapi.Session;
import dev.merapi.Tensor;
import dev.merapi.Trace;
import dev.merapi.TrainStep;
import dev.merapi.graph.DType;
import dev.merapi.graph.GraphBuilder;
import dev.merapi.graph.Index.Scatter;
import dev.merapi.graph.Literal;
import dev.merapi.graph.Shape;
import dev.merapi.memory.HostTensor;
import dev.merapi.nn.Initializers;
import dev.merapi.nn.Module;
import dev.merapi.nn.Parameter;
import dev.merapi.nn.Sequential;
import dev.merapi.spi.ModelContents;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/// Memory that somebody else writes while it is read steers no address: the JVM lives, and a run
/// gives numbers or says which index was out of range.
@Timeout(300)
class RacingMemoryTest {
  private static final CompileOptions CPU = CompileOptions.cpu();
  private static final int WRONG = 2_000_000_000;
  private static final int PICKS = 4096;
  private static final Duration LONG_ENOUGH = Duration.ofMillis(400);

  /// Runs again and again while another thread writes right and wrong indices.
  private static void race(HostTensor indices, Runnable run) throws InterruptedException {
    var ended = new AtomicBoolean();
    Thread writer =
        Thread.ofPlatform()
            .start(() -> {
              var random = new Random(1);
              while (!ended.get()) {
                int at = random.nextInt((int) indices.elements());
                indices.set(at, WRONG);
                indices.set(at, 1);
              }
            });
    int runs = 0;
    try {
      long end = System.nanoTime() + LONG_ENOUGH.toNanos();
      for (; runs < 20 || System.nanoTime() < end; runs++) {
        try {
          run.run();
        } catch (MerapiException e) {
          assertEquals(Kind.INDEX, e.kind(), e.getMessage());
          assertTrue(e.getMessage().contains("=" + WRONG), e.getMessage());
        }
      }
    } finally {
      ended.set(true);
      writer.join();
    }
  }

  @Test
  void indicesOfAGatherThatChangeMeanwhile() throws InterruptedException {
    Literal table = Literal.of(Shape.of(3, 1), 10f, 20f, 30f);
    var net = Sequential.of(lambda("lookup", x -> Tensor.of(table).gather(0, x)));
    Model model = Model.of(net, input("index", i32(PICKS)), RandomKey.of(1));
    try (CompiledModel compiled = model.compile(CPU);
        Session session = compiled.newSession()) {
      race(session.input("index"), session::run);
      session.input("index").copyFrom(new int[PICKS]);
      session.run();
      assertEquals(10, session.output(Model.OUTPUT).getFloat(PICKS - 1));
    }
  }

  @Test
  void indicesOfAScatterThatChangeMeanwhile() throws InterruptedException {
    var builder = new GraphBuilder("scatter");
    var index = builder.input("index", i32(PICKS));
    var updates = builder.constant(Literal.splat(DType.F32, Shape.of(2, PICKS), 1));
    var zeros = builder.constant(Literal.splat(DType.F32, Shape.of(2, 3), 0));
    builder.output("sums", builder.add(new Scatter(1, 0), List.of(zeros, index, updates)).result());
    var graph = builder.build();
    var contents =
        new ModelContents(graph, graph, List.of(), Map.of(), Map.of(), List.of(), Map.of());
    try (CompiledModel compiled = Model.of(contents).compile(CPU);
        Session session = compiled.newSession()) {
      race(session.input("index"), session::run);
      session.input("index").copyFrom(new int[PICKS]);
      session.run();
      assertEquals(PICKS, session.output("sums").getFloat(3));
    }
  }

  @Test
  void targetsOfATrainingStepThatChangeMeanwhile() throws InterruptedException {
    Model model = Model.of(Sequential.of(dense(2, 3)), input("x", f32("N", 2)), RandomKey.of(1));
    try (TrainStep step = model.trainStep(crossEntropy(), sgd(0.1), CPU.size("N", PICKS))) {
      race(step.target(), step::run);
    }
  }

  /// Picks rows of a table by a buffer, which training moves on by one row, round and round.
  private static final class MovingPicks extends Module {
    static final int ROWS = 3;
    private final Parameter table = parameter("table", Shape.of(ROWS, 1), Initializers.ones());
    private final Parameter at = buffer("at", Shape.of(PICKS), Initializers.zeros());

    @Override
    protected Tensor forward(Tensor x) {
      Trace trace = Trace.current().orElseThrow();
      Tensor picked = table.tensor().gather(0, at.tensor().toI32());
      if (trace.mode() == Trace.Mode.TRAIN) {
        trace.update(
            at.tensor(),
            before -> {
              Tensor next = before.plus(1);
              return next.minus(next.over(ROWS).toI32().toF32().times(ROWS));
            });
      }
      return x.times(picked.mean());
    }
  }

  /// Who is too many is told so, and each run moves the picks by one.
  @Test
  void aStepThatStoresIntoWhatItGathersByRunFromTwoThreads() throws Exception {
    Model model =
        Model.of(Sequential.of(new MovingPicks()), input("x", f32("N", 1)), RandomKey.of(1));
    try (TrainStep step = model.trainStep(mse(), sgd(0.1), CPU.size("N", 1));
        ExecutorService callers = Executors.newFixedThreadPool(2)) {
      var runs = new AtomicInteger();
      long end = System.nanoTime() + LONG_ENOUGH.toNanos();
      Runnable loop =
          () -> {
            while (System.nanoTime() < end) {
              try {
                step.run();
                runs.incrementAndGet();
              } catch (MerapiException e) {
                assertEquals(Kind.CONCURRENT_USE, e.kind(), e.getMessage());
              }
            }
          };
      for (Future<?> caller : List.of(callers.submit(loop), callers.submit(loop))) {
        caller.get();
      }
      float[] expected = new float[PICKS];
      Arrays.fill(expected, runs.get() % MovingPicks.ROWS);
      assertArrayEquals(expected, step.state().get("0.at").toFloats());
    }
  }
}
