package dev.merapi;

import static dev.merapi.Model.input;
import static dev.merapi.graph.TensorType.f32;
import static dev.merapi.nn.Activations.tanh;
import static dev.merapi.nn.Layers.dense;
import static dev.merapi.optim.Adam.adam;
import static dev.merapi.train.FitOption.batch;
import static dev.merapi.train.FitOption.checkpointTo;
import static dev.merapi.train.FitOption.earlyStopping;
import static dev.merapi.train.FitOption.epochs;
import static dev.merapi.train.FitOption.gradientMonitor;
import static dev.merapi.train.FitOption.listen;
import static dev.merapi.train.FitOption.resume;
import static dev.merapi.train.FitOption.shuffle;
import static dev.merapi.train.FitOption.validationSplit;
import static dev.merapi.train.Losses.crossEntropy;
import static dev.merapi.train.Metrics.accuracy;
import static dev.merapi.train.Metrics.auc;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.merapi.MerapiException.Kind;
import dev.merapi.data.Dataset;
import dev.merapi.graph.Shape;
import dev.merapi.memory.HostTensor;
import dev.merapi.nn.Sequential;
import dev.merapi.spi.ModelContents;
import dev.merapi.train.CheckpointStore;
import dev.merapi.train.FitOption;
import dev.merapi.train.TrainingListener;
import dev.merapi.train.TrainingProgress;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Runs that are stopped and go on, against one that was not stopped.
class ResumeTest {
  private static final int EPOCHS = 4;
  private static final int STEPS = 4; // 18 rows to train on in batches of 5

  /// Checkpoints in memory.
  private static final class Memory implements CheckpointStore {
    final Map<Long, ModelContents> all = new LinkedHashMap<>();
    Optional<ModelContents> best = Optional.empty();

    @Override
    public void save(long step, ModelContents contents) {
      all.put(step, contents);
    }

    @Override
    public void saveBest(ModelContents contents) {
      best = Optional.of(contents);
    }

    @Override
    public Optional<ModelContents> latest() {
      return all.keySet().stream().max(Long::compare).map(all::get);
    }
  }

  private static Dataset data() {
    float[] x = RandomKey.of(3).normal(24 * 3, 0, 1);
    int[] y = new int[24];
    Arrays.setAll(y, row -> x[3 * row] > x[3 * row + 1] ? 1 : 0);
    return Dataset.of(Shape.of(3), x, y);
  }

  private static Model model() {
    var net = Sequential.of(dense(3, 4), tanh(), dense(4, 2));
    return Model.of(net, input("x", f32("N", 3)), RandomKey.of(1));
  }

  private static Trainer trainer(Model model) {
    return Trainer.of(model)
        .loss(crossEntropy())
        .optimizer(adam(0.05))
        // A schedule that depends on all there is.
        .schedule(
            moment -> moment.monitored().stream().reduce(1.0, Double::sum) / (1 + moment.step()))
        .metrics(accuracy(), auc())
        .compile(CompileOptions.on("reference"));
  }

  private static final FitOption[] OPTIONS = {
    epochs(EPOCHS),
    batch(5),
    shuffle(RandomKey.of(8)),
    validationSplit(0.25),
    earlyStopping(2).minDelta(0.02),
    gradientMonitor()
  };

  private static FitOption[] with(FitOption... more) {
    var all = new ArrayList<>(List.of(OPTIONS));
    all.addAll(List.of(more));
    return all.toArray(FitOption[]::new);
  }

  /// A listener that stops after so many steps.
  private static TrainingListener stopAfter(long steps) {
    return new TrainingListener() {
      @Override
      public void onBatchEnd(TrainingProgress progress) {
        if (progress.totalSteps() == steps) {
          progress.stop("for now");
        }
      }
    };
  }

  private static List<String> bits(Map<String, HostTensor> tensors) {
    var bits = new ArrayList<String>();
    tensors.forEach((name, tensor) -> {
      var literal = tensor.toLiteral();
      for (int i = 0; i < tensor.elements(); i++) {
        bits.add(name + " " + literal.bits(i));
      }
    });
    return bits;
  }

  /// Everything of a history but how long it took.
  private static List<String> timeless(History history) {
    var lines = new ArrayList<String>();
    for (History.Epoch epoch : history.epochs()) {
      lines.add(epoch.values() + " " + epoch.learningRate() + " " + epoch.gradientNorms());
    }
    lines.add(history.stopped().toString());
    return lines;
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 4, 5, 7, 8, 9, 12, 13, 15})
  void aRunThatGoesOnHasTheBitsOfOneThatWasNotStopped(int stopAt) {
    Model whole = model();
    var wholeStore = new Memory();
    History expected = trainer(whole).fit(data(), with(checkpointTo(wholeStore).everySteps(1)));
    Model stopped = model();
    var store = new Memory();
    FitOption keep = checkpointTo(store);
    trainer(stopped).fit(data(), with(keep, listen(stopAfter(stopAt))));
    // Goes on in a model with other weights: all comes from the checkpoint.
    Model resumed =
        Model.of(
            Sequential.of(dense(3, 4), tanh(), dense(4, 2)),
            input("x", f32("N", 3)),
            RandomKey.of(77));
    History history = trainer(resumed).fit(data(), with(keep, resume()));
    assertEquals(timeless(expected), timeless(history));
    assertEquals(bits(whole.parameters()), bits(resumed.parameters()));
    assertEquals(
        bits(wholeStore.latest().orElseThrow().state()),
        bits(store.latest().orElseThrow().state()));
  }

  @Test
  void everyCheckpointOfARunLeadsToTheSameEnd() {
    Model whole = model();
    var store = new Memory();
    History expected = trainer(whole).fit(data(), with(checkpointTo(store).everySteps(3)));
    int steps = expected.size() * STEPS;
    for (long step = 3; step <= steps; step += 3) {
      assertTrue(store.all.containsKey(step), "no checkpoint after " + step);
    }
    for (long step = STEPS; step <= steps; step += STEPS) {
      assertTrue(store.all.containsKey(step), "no checkpoint after an epoch, " + step);
    }
    for (ModelContents each : store.all.values()) {
      var one = new Memory();
      one.save(1, each);
      Model resumed = model();
      History history = trainer(resumed).fit(data(), with(checkpointTo(one), resume()));
      assertEquals(timeless(expected), timeless(history));
      assertEquals(bits(whole.parameters()), bits(resumed.parameters()));
    }
  }

  @Test
  void theBestCheckpointIsAModelWithTheWeightsOfTheBestEpoch() {
    Model model = model();
    var store = new Memory();
    trainer(model).fit(data(), with(checkpointTo(store)));
    Model best = Model.of(store.best.orElseThrow());
    assertEquals(bits(model.parameters()), bits(best.parameters())); // early stopping gave those
  }

  @Test
  void theModelOfACheckpointHasTheStringsOfItsUserOnly() {
    var notes = Map.of("author", "me", "fit.note", "mine");
    var store = new Memory();
    trainer(model().withMetadata(notes)).fit(data(), with(checkpointTo(store)));
    ModelContents checkpoint = store.latest().orElseThrow();
    assertTrue(checkpoint.metadata().containsKey("fit.history"), checkpoint.metadata()::toString);
    assertEquals(notes, Model.of(checkpoint).metadata());
    Model other = model().withMetadata(Map.of("fit.step", "no checkpoint"));
    assertEquals(Map.of("fit.step", "no checkpoint"), Model.of(other.contents()).metadata());
  }

  @Test
  void whereThereIsNoCheckpointItStartsAnew() {
    Model plain = model();
    trainer(plain).fit(data(), OPTIONS);
    Model resumed = model();
    var store = new Memory();
    trainer(resumed).fit(data(), with(checkpointTo(store), resume()));
    assertEquals(bits(plain.parameters()), bits(resumed.parameters()));
    assertFalse(store.all.isEmpty());
  }

  @Test
  void otherSettingsAreRefused() {
    var store = new Memory();
    FitOption keep = checkpointTo(store);
    trainer(model()).fit(data(), with(keep));
    refused("setting=batch, then=5, now=6", with(keep, resume(), batch(6)));
    refused("setting=order", with(keep, resume(), shuffle(RandomKey.of(9))));
    refused("setting=rows", with(keep, resume(), validationSplit(0.5)));
    refused("setting=monitored", with(keep, resume(), earlyStopping(2).monitor("val_auc")));
  }

  @Test
  void aModelIsNoCheckpoint() {
    var store = new Memory();
    store.save(1, model().contents());
    var error =
        assertThrows(
            MerapiException.class,
            () -> trainer(model()).fit(data(), with(checkpointTo(store), resume())));
    assertEquals(Kind.FORMAT, error.kind(), error.getMessage());
    assertTrue(error.getMessage().contains("without the state of a fit"), error.getMessage());
  }

  private static void refused(String part, FitOption... options) {
    var error = assertThrows(MerapiException.class, () -> trainer(model()).fit(data(), options));
    assertEquals(Kind.ARGUMENT, error.kind(), error.getMessage());
    assertTrue(error.getMessage().contains(part), error.getMessage());
  }
}
