package dev.merapi;

import static dev.merapi.Fits.model;
import static dev.merapi.Fits.rows;
import static dev.merapi.train.FitOption.batch;
import static dev.merapi.train.FitOption.epochs;
import static dev.merapi.train.FitOption.quiet;
import static dev.merapi.train.FitOption.resume;
import static dev.merapi.train.FitOption.validateOn;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.merapi.spi.ModelContents;
import dev.merapi.train.CheckpointStore;
import dev.merapi.train.FitOption;
import dev.merapi.train.FitOption.Checkpoints;
import dev.merapi.train.TrainingListener;
import dev.merapi.train.TrainingProgress;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// An interrupt ends a fit at its next step, as a listener's stop does.
class InterruptedFitTest {
  private static final int STEPS = 5; // of an epoch

  /// Keeps the last checkpoint, and that it was written while the thread's flag was down.
  private static final class Last implements CheckpointStore {
    private Optional<ModelContents> contents = Optional.empty();

    @Override
    public void save(long step, ModelContents saved) {
      assertFalse(Thread.currentThread().isInterrupted(), "files are not written with it");
      contents = Optional.of(saved);
    }

    @Override
    public void saveBest(ModelContents saved) {}

    @Override
    public Optional<ModelContents> latest() {
      return contents;
    }
  }

  private static TrainingListener interrupting(Predicate<TrainingProgress> when) {
    return new TrainingListener() {
      @Override
      public void onBatchEnd(TrainingProgress progress) {
        if (when.test(progress)) {
          Thread.currentThread().interrupt();
        }
      }
    };
  }

  private static FitOption[] options(Last store, FitOption... more) {
    var all = new FitOption[more.length + 5];
    System.arraycopy(more, 0, all, 5, more.length);
    all[0] = epochs(3);
    all[1] = batch(4);
    all[2] = quiet();
    all[3] = new Checkpoints(store, 0);
    all[4] = validateOn(rows(8, 2));
    return all;
  }

  @AfterEach
  void lowerTheFlag() {
    Thread.interrupted();
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 3, STEPS, STEPS + 1, 2 * STEPS, 3 * STEPS - 1, 3 * STEPS})
  void aFitThatWasInterruptedGoesOnToTheSameBits(int at) {
    Model whole = model(1);
    Fits.trainer(whole).fit(rows(20, 1), options(new Last()));

    var store = new Last();
    Model model = model(1);
    var before = Fits.weights(model);
    History first =
        Fits.trainer(model)
            .listener(interrupting(progress -> progress.totalSteps() == at))
            .fit(rows(20, 1), options(store));
    assertTrue(Thread.interrupted(), "the flag is kept");
    assertEquals(Optional.of("interrupted"), first.stopped());
    assertEquals((at - 1) / STEPS, first.size());
    assertNotEquals(before, Fits.weights(model));
    assertTrue(store.contents.isPresent());

    Model resumed = model(1);
    History second = Fits.trainer(resumed).fit(rows(20, 1), options(store, resume()));
    assertEquals(Optional.empty(), second.stopped());
    assertEquals(3, second.size());
    assertEquals(Fits.weights(whole), Fits.weights(resumed));
  }

  @Test
  void anInterruptBeforeItMakesNoStep() {
    Model model = model(1);
    var before = Fits.weights(model);
    Thread.currentThread().interrupt();
    History history = Fits.trainer(model).fit(rows(20, 1), epochs(3), quiet());
    assertTrue(Thread.interrupted());
    assertEquals(0, history.size());
    assertEquals(before, Fits.weights(model));
  }

  @Test
  void theFlagIsKeptWhereAFitFails() {
    var trainer =
        Fits.trainer(model(1))
            .listener(
                new TrainingListener() {
                  @Override
                  public void onBatchEnd(TrainingProgress progress) {
                    Thread.currentThread().interrupt();
                  }

                  @Override
                  public void onFitEnd(TrainingProgress progress, History history) {
                    throw new IllegalStateException("mine");
                  }
                });
    try {
      trainer.fit(rows(20, 1), epochs(3), quiet());
    } catch (IllegalStateException e) {
      assertEquals("mine", e.getMessage());
    }
    assertTrue(Thread.interrupted());
  }

  @Test
  void aFutureThatIsCancelledEndsItsFit() throws InterruptedException {
    var started = new CountDownLatch(1);
    var listener =
        interrupting(_ -> {
          started.countDown();
          return false;
        });
    try (var pool = Executors.newSingleThreadExecutor()) {
      var fit =
          pool.submit(() ->
              Fits.trainer(model(1))
                  .listener(listener)
                  .fit(rows(20, 1), epochs(1_000_000), batch(4), quiet()));
      started.await();
      fit.cancel(true);
      pool.shutdown();
      assertTrue(pool.awaitTermination(1, TimeUnit.MINUTES), "a million epochs take longer");
    }
  }
}
