package dev.merapi.tests;

import static dev.merapi.Model.input;
import static dev.merapi.graph.TensorType.f32;
import static dev.merapi.nn.Layers.dense;
import static dev.merapi.optim.Sgd.sgd;
import static dev.merapi.train.Losses.crossEntropy;
import static dev.merapi.train.Losses.mse;
import static org.junit.jupiter.api.Assertions.assertEquals;

import com.sun.management.ThreadMXBean;
import dev.merapi.CompileOptions;
import dev.merapi.CompiledModel;
import dev.merapi.Model;
import dev.merapi.RandomKey;
import dev.merapi.Session;
import dev.merapi.TrainStep;
import dev.merapi.examples.LeNet;
import java.lang.management.ManagementFactory;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// What is warm makes no work for the garbage collector. In a JVM of its own, because the test is
/// about kernels and not about what else has shaped the JIT's profiles.
class AllocationTest {
  private static final int ROUNDS = 10;
  private static final Model MODEL = LeNet.model(1);

  @ParameterizedTest
  @ValueSource(ints = {1, 2})
  void warmSessionsAllocateNothing(int threads) {
    var options = CompileOptions.cpu().size("N", 1).threads(threads);
    try (CompiledModel compiled = MODEL.compile(options).warmUp();
        Session session = compiled.newSession()) {
      assertEquals(0, bytesOfARun(session::run, 10_000), () -> compiled.diagnostics().toString());
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2})
  void warmTrainingStepsAllocateNothing(int threads) {
    var options = CompileOptions.cpu().size("N", 64).threads(threads);
    try (TrainStep step = MODEL.trainStep(crossEntropy(), sgd(0.01).momentum(0.9), options)) {
      step.warmUp();
      assertEquals(0, bytesOfARun(step::run, 1_000), () -> step.diagnostics().toString());
    }
  }

  @Test
  void evaluationsWithTheWeightsOfATrainingStepAllocateNothing() {
    Model model = Model.of(dense(8, 4), input("x", f32("N", 8)), RandomKey.of(1));
    try (TrainStep step = model.trainStep(mse(), sgd(0.01), CompileOptions.cpu().size("N", 2));
        Session session = step.evaluate()) {
      step.warmUp();
      assertEquals(0, bytesOfARun(session::run, 10_000), "the same weights");
      Runnable both =
          () -> {
            step.run();
            session.run();
          };
      assertEquals(0, bytesOfARun(both, 10_000), "new weights");
    }
  }

  /// In the best round, of the caller and the workers. The JIT may still throw a method away once;
  /// what allocates by itself does so in every round. What asking costs is less than a byte a run.
  private static long bytesOfARun(Runnable run, int runs) {
    long least = Long.MAX_VALUE;
    for (int round = 0; round < ROUNDS && least > 0; round++) {
      var threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
      long[] ids =
          LongStream.concat(LongStream.of(Thread.currentThread().threadId()), workers()).toArray();
      long[] before = threads.getThreadAllocatedBytes(ids);
      for (int i = 0; i < runs; i++) {
        run.run();
      }
      long[] after = threads.getThreadAllocatedBytes(ids);
      // of a worker that has ended meanwhile, such as one of another model, nothing is known
      if (LongStream.of(before).allMatch(each -> each >= 0)
          && LongStream.of(after).allMatch(each -> each >= 0)) {
        long bytes = LongStream.of(after).sum() - LongStream.of(before).sum();
        least = Math.min(least, bytes / runs);
      }
    }
    return least;
  }

  private static LongStream workers() {
    return Thread.getAllStackTraces().keySet().stream()
        .filter(thread -> thread.getName().startsWith("merapi"))
        .mapToLong(Thread::threadId);
  }
}
