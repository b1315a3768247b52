package dev.merapi;

import static dev.merapi.Fits.REFERENCE;
import static dev.merapi.Fits.model;
import static dev.merapi.Fits.rows;
import static dev.merapi.Fits.trainer;
import static dev.merapi.Fits.weights;
import static dev.merapi.Model.input;
import static dev.merapi.graph.TensorType.f32;
import static dev.merapi.nn.Layers.dense;
import static dev.merapi.optim.Adam.adam;
import static dev.merapi.optim.Sgd.sgd;
import static dev.merapi.train.FitOption.batch;
import static dev.merapi.train.FitOption.earlyStopping;
import static dev.merapi.train.FitOption.epochs;
import static dev.merapi.train.FitOption.gradientMonitor;
import static dev.merapi.train.FitOption.listen;
import static dev.merapi.train.FitOption.noShuffle;
import static dev.merapi.train.FitOption.validateOn;
import static dev.merapi.train.Losses.bce;
import static dev.merapi.train.Losses.mse;
import static dev.merapi.train.Metrics.accuracy;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.merapi.MerapiException.Kind;
import dev.merapi.data.Batches;
import dev.merapi.data.Batches.Batch;
import dev.merapi.data.Column;
import dev.merapi.data.Dataset;
import dev.merapi.graph.Shape;
import dev.merapi.nn.Initializers;
import dev.merapi.nn.Sequential;
import dev.merapi.train.Direction;
import dev.merapi.train.FitOption;
import dev.merapi.train.GradientMonitor;
import dev.merapi.train.TrainingListener;
import dev.merapi.train.TrainingProgress;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/// What a `fit` tells while it goes on, and what ends it early.
class FitListenersTest {
  /// Notes every event.
  private static class Recorder implements TrainingListener {
    final List<String> events = new ArrayList<>();

    @Override
    public void onFitStart(TrainingProgress progress) {
      events.add("start of " + progress.epochs());
    }

    @Override
    public void onEpochStart(TrainingProgress progress) {
      events.add("epoch " + progress.epoch() + " at " + progress.step());
    }

    @Override
    public void onBatchEnd(TrainingProgress progress) {
      events.add("batch " + progress.step() + "/" + progress.steps());
    }

    @Override
    public void onEpochEnd(TrainingProgress progress, History.Epoch epoch) {
      events.add("end " + epoch.number() + " of " + progress.history().size());
    }

    @Override
    public void onWarning(TrainingProgress progress, String warning) {
      events.add("warning " + warning);
    }

    @Override
    public void onFitEnd(TrainingProgress progress, History history) {
      events.add("done");
    }

    @Override
    public void onFailure(TrainingProgress progress, RuntimeException failure) {
      events.add("failed " + failure.getMessage());
    }
  }

  /// One weight from 1 that a constant gradient of -1 raises by the rate in each step.
  private static Model rising() {
    var net = Sequential.of(dense(1, 1).weights(Initializers.constant(1)).withoutBias());
    return Model.of(net, input("x", f32("N", 1)), RandomKey.of(1));
  }

  private static Dataset point(float x, float y) {
    return new Dataset(Column.of(Shape.of(1), x), Column.of(Shape.of(1), y));
  }

  @Test
  void listenersHearOfEverythingInOrder() {
    var recorder = new Recorder();
    trainer(model(1)).listener(recorder).fit(rows(6, 1), epochs(2), batch(3), noShuffle());
    assertEquals(
        List.of(
            "start of 2",
            "epoch 1 at 0",
            "batch 1/2",
            "batch 2/2",
            "end 1 of 1",
            "epoch 2 at 0",
            "batch 1/2",
            "batch 2/2",
            "end 2 of 2",
            "done"),
        recorder.events);
  }

  @Test
  void progressShowsTheEpochSoFar() {
    Model model = model(1);
    var losses = new ArrayList<Double>();
    var watcher =
        new TrainingListener() {
          @Override
          public void onBatchEnd(TrainingProgress progress) {
            losses.add(progress.loss());
            assertTrue(progress.metric("accuracy") >= 0);
            assertEquals(List.of("accuracy"), progress.metrics());
            assertEquals(progress.step() * 3L, progress.examples());
            assertThrows(MerapiException.class, () -> progress.metric("f1"));
          }

          @Override
          public void onEpochEnd(TrainingProgress progress, History.Epoch epoch) {
            assertEquals(losses.getLast(), epoch.loss(), 0);
            assertEquals(progress.metric("accuracy"), epoch.value("accuracy"), 0);
          }
        };
    trainer(model).metrics(accuracy()).fit(rows(9, 1), epochs(2), batch(3), listen(watcher));
    assertEquals(6, losses.size());
  }

  @Test
  void aListenerMayStopInTheMidst() {
    var stopper =
        new TrainingListener() {
          @Override
          public void onBatchEnd(TrainingProgress progress) {
            if (progress.totalSteps() == 3) {
              progress.stop("enough");
            }
          }
        };
    Model model = model(1);
    History history =
        trainer(model).fit(rows(6, 1), epochs(5), batch(3), noShuffle(), listen(stopper));
    assertEquals(1, history.size());
    assertEquals("enough", history.stopped().orElseThrow());
    Model three = model(1);
    try (TrainStep step = three.trainStep(bce(), adam(0.02), REFERENCE.size("N", 3))) {
      var batches = Batches.of(rows(6, 1), 3).epoch(0);
      for (Batch batch : List.of(batches.get(0), batches.get(1), batches.get(0))) {
        batch.copyTo(step.input("x"), step.target());
        step.run();
      }
      step.writeTo(three);
    }
    assertEquals(weights(three), weights(model));
  }

  @Test
  void earlyStoppingGivesTheWeightsOfTheBestEpoch() {
    // Training pulls the weight from 1 to 3; validation wants 2, so it becomes worse after a while.
    Model model = rising();
    Trainer trainer = Trainer.of(model).loss(mse()).optimizer(sgd(0.05)).compile(REFERENCE);
    FitOption validation = validateOn(point(1, 2));
    History history = trainer.fit(point(1, 3), epochs(50), validation, earlyStopping(4));
    History.Epoch best = history.best("val_loss", Direction.LOWER);
    assertTrue(best.number() > 2, history::toString);
    assertEquals(best.number() + 4, history.size());
    assertTrue(history.stopped().orElseThrow().contains("val_loss"), history::toString);
    assertEquals(best.validationLoss().getAsDouble(), trainer.evaluate(point(1, 2)).loss(), 1e-9);

    Model last = rising();
    Trainer keeper = Trainer.of(last).loss(mse()).optimizer(sgd(0.05)).compile(REFERENCE);
    History again = keeper.fit(point(1, 3), epochs(50), validation, earlyStopping(4).keepLast());
    assertEquals(history.values("loss"), again.values("loss"));
    assertEquals(
        again.last().validationLoss().getAsDouble(), keeper.evaluate(point(1, 2)).loss(), 1e-9);
    assertTrue(last.parameter("0.weight").getFloat(0) > model.parameter("0.weight").getFloat(0));
  }

  @Test
  void whatIsMonitoredMustExist() {
    Trainer trainer = trainer(model(1)).metrics(accuracy());
    Dataset data = rows(6, 1);
    trainer.fit(data, earlyStopping(1).monitor("accuracy"));
    var unknown =
        assertThrows(
            MerapiException.class, () -> trainer.fit(data, earlyStopping(1).monitor("f1")));
    assertTrue(unknown.getMessage().contains("known=[loss, accuracy]"), unknown.getMessage());
    var invalid =
        assertThrows(
            MerapiException.class,
            () -> trainer.fit(data, earlyStopping(1).monitor("val_accuracy")));
    assertTrue(invalid.getMessage().contains("validateOn"), invalid.getMessage());
  }

  @Test
  void aLossThatIsNoNumberEndsItAndLeavesTheModel() {
    Model model = rising();
    var before = weights(model);
    var recorder = new Recorder();
    var error =
        assertThrows(
            MerapiException.class,
            () ->
                Trainer.of(model)
                    .loss(mse())
                    .optimizer(sgd(1e6))
                    .compile(REFERENCE)
                    .fit(point(1e6f, 1), epochs(10), listen(recorder)));
    assertEquals(Kind.NOT_FINITE, error.kind(), error.getMessage());
    assertTrue(error.getMessage().contains("epoch="), error.getMessage());
    assertTrue(error.getMessage().contains("step=1 of 1"), error.getMessage());
    assertTrue(error.getMessage().contains("learningRate=1000000.0"), error.getMessage());
    assertEquals("failed " + error.getMessage(), recorder.events.getLast());
    assertEquals(before, weights(model));
  }

  @Test
  void whatAListenerThrowsAtTheEndComesWhenTheModelHasItsWeights() {
    Model plain = model(1);
    trainer(plain).fit(rows(6, 1), epochs(2));
    var recorder = new Recorder();
    var thrower =
        new TrainingListener() {
          @Override
          public void onFitEnd(TrainingProgress progress, History history) {
            throw new IllegalStateException("no plot");
          }
        };
    Model model = model(1);
    Trainer trainer = trainer(model).listener(recorder).listener(thrower);
    var error = assertThrows(IllegalStateException.class, () -> trainer.fit(rows(6, 1), epochs(2)));
    assertEquals("no plot", error.getMessage());
    assertEquals(weights(plain), weights(model));
    assertEquals(
        List.of("done", "failed no plot"), recorder.events.reversed().subList(0, 2).reversed());
  }

  @Test
  void gradientsThatVanishOrExplodeAreNamed() {
    var recorder = new Recorder();
    Model model = rising();
    Trainer trainer = Trainer.of(model).loss(mse()).optimizer(sgd(1e-9)).compile(REFERENCE);
    trainer.fit(point(100, 1), epochs(2), gradientMonitor(), listen(recorder));
    List<String> warnings =
        recorder.events.stream().filter(each -> each.startsWith("warning")).toList();
    assertEquals(2, warnings.size(), warnings::toString); // once an epoch
    assertEquals(
        "warning the gradient of 0.weight explodes: its norm is 19800.0000, above 1000.0, epoch 1,"
            + " step 1 of 1",
        warnings.getFirst());
    recorder.events.clear();
    trainer.fit(point(1e-9f, 1), new GradientMonitor(1e-6, 10), listen(recorder));
    assertTrue(
        recorder.events.stream()
            .anyMatch(each -> each.contains("the gradient of 0.weight vanishes: in 1 of 1 steps")),
        recorder.events::toString);
  }
}
