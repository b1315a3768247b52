package dev.merapi.tests;

import static dev.merapi.Model.input;
import static dev.merapi.graph.TensorType.f32;
import static dev.merapi.nn.Activations.relu;
import static dev.merapi.nn.Layers.batchNorm;
import static dev.merapi.nn.Layers.dense;
import static dev.merapi.nn.Layers.dropout;
import static dev.merapi.optim.Adam.adam;
import static dev.merapi.train.FitOption.batch;
import static dev.merapi.train.FitOption.checkpointTo;
import static dev.merapi.train.FitOption.csvLog;
import static dev.merapi.train.FitOption.earlyStopping;
import static dev.merapi.train.FitOption.epochs;
import static dev.merapi.train.FitOption.gradientMonitor;
import static dev.merapi.train.FitOption.listen;
import static dev.merapi.train.FitOption.quiet;
import static dev.merapi.train.FitOption.resume;
import static dev.merapi.train.FitOption.validationSplit;
import static dev.merapi.train.Losses.crossEntropy;
import static dev.merapi.train.Metrics.accuracy;
import static dev.merapi.train.Penalty.l2;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.merapi.CompileOptions;
import dev.merapi.History;
import dev.merapi.MerapiException;
import dev.merapi.Model;
import dev.merapi.ModelFiles;
import dev.merapi.RandomKey;
import dev.merapi.Trainer;
import dev.merapi.data.Dataset;
import dev.merapi.graph.Shape;
import dev.merapi.nn.Sequential;
import dev.merapi.optim.Schedules;
import dev.merapi.train.CheckpointDirectory;
import dev.merapi.train.FitOption;
import dev.merapi.train.TrainingListener;
import dev.merapi.train.TrainingProgress;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Checkpoints in files: a run that broke off goes on with the same bits. The network has all that
/// is remembered from step to step: running statistics, random numbers, moments, gradients added
/// up.
class CheckpointFilesTest {
  private static final int EPOCHS = 3; // of 5 steps: 72 rows to train on in batches of 16

  private static Dataset data() {
    float[] x = RandomKey.of(3).normal(90 * 6, 0, 1);
    int[] y = new int[90];
    Arrays.setAll(y, row -> x[6 * row] + x[6 * row + 1] > 0 ? 1 : x[6 * row + 2] > 0 ? 2 : 0);
    return Dataset.of(Shape.of(6), x, y);
  }

  private static Model model(long seed) {
    var net =
        Sequential.of(
            dense(6, 17).withoutBias(),
            batchNorm(17),
            relu(),
            dropout(0.3),
            dense(17, 9),
            relu(),
            dense(9, 3));
    return Model.of(net, input("x", f32("N", 6)), RandomKey.of(seed));
  }

  private static Trainer trainer(Model model) {
    return Trainer.of(model)
        .loss(crossEntropy())
        .optimizer(adam(0.02))
        .schedule(Schedules.cosine())
        .penalty(l2(1e-3))
        .clipNorm(1)
        .accumulate(2)
        .metrics(accuracy())
        .compile(CompileOptions.cpu());
  }

  private static final List<FitOption> OPTIONS =
      List.of(
          epochs(EPOCHS),
          batch(16),
          validationSplit(0.2),
          earlyStopping(2).monitor("val_accuracy"),
          gradientMonitor(),
          quiet());

  private static FitOption[] with(FitOption... more) {
    var all = new ArrayList<>(OPTIONS);
    all.addAll(List.of(more));
    return all.toArray(FitOption[]::new);
  }

  private static Map<String, List<Float>> weights(Model model) {
    var weights = new LinkedHashMap<String, List<Float>>();
    model
        .parameters()
        .forEach((name, tensor) -> {
          var values = new ArrayList<Float>();
          for (float value : tensor.toFloats()) {
            values.add(value);
          }
          weights.put(name, values);
        });
    return weights;
  }

  private static List<String> timeless(History history) {
    return history.epochs().stream()
        .map(each -> each.values() + " " + each.learningRate() + " " + each.gradientNorms())
        .toList();
  }

  private static final class Crash extends RuntimeException {
    private static final long serialVersionUID = 1L;
  }

  private static TrainingListener crashAfter(int steps) {
    return new TrainingListener() {
      @Override
      public void onBatchEnd(TrainingProgress progress) {
        if (progress.totalSteps() == steps) {
          throw new Crash();
        }
      }
    };
  }

  @ParameterizedTest
  @ValueSource(ints = {2, 3, 5, 6, 8, 11, 15})
  void aRunThatBrokeOffGoesOnWithTheSameBits(int crash, @TempDir Path dir) {
    Model whole = model(1);
    History expected = trainer(whole).fit(data(), with());
    FitOption keep = checkpointTo(dir).everySteps(1);
    Model broken = model(1);
    var before = weights(broken);
    assertThrows(
        Crash.class, () -> trainer(broken).fit(data(), with(keep, listen(crashAfter(crash)))));
    assertEquals(before, weights(broken));
    // The crash came before the checkpoint of its step: that one is done again.
    Model resumed = model(2);
    History history = trainer(resumed).fit(data(), with(keep, resume()));
    assertEquals(timeless(expected), timeless(history));
    assertEquals(weights(whole), weights(resumed));
    assertEquals(expected.stopped(), history.stopped());
  }

  @Test
  void theLastFewAndTheBestAreKept(@TempDir Path dir) throws IOException {
    var store = new CheckpointDirectory(dir.resolve("new/folder"), 2);
    Model model = model(1);
    Trainer trainer = trainer(model);
    History history = trainer.fit(data(), with(checkpointTo(store)));
    assertEquals(
        List.of("step-000000000010.merapi", "step-000000000015.merapi"),
        store.files().stream().map(file -> file.getFileName().toString()).toList());
    try (var all = Files.list(store.directory())) {
      assertEquals(3, all.count());
    }
    // Early stopping left the model with the best weights.
    Model best = Model.load(store.best());
    assertEquals(weights(model), weights(best));
    assertEquals(trainer.evaluate(data()).toString(), trainer(best).evaluate(data()).toString());
    String noted = ModelFiles.read(store.best()).metadata().get("fit.history");
    assertTrue(noted.startsWith("epoch,loss,accuracy,val_loss"), noted);
    assertEquals(EPOCHS, history.size());
  }

  @Test
  void whatCannotHoldCheckpointsIsRefusedBeforeTraining(@TempDir Path dir) throws IOException {
    Path file = Files.createFile(dir.resolve("checkpoints"));
    for (Path place : List.of(file, file.resolve("below"))) {
      Model model = model(1);
      FitOption never =
          listen(
              new TrainingListener() {
                @Override
                public void onFitStart(TrainingProgress progress) {
                  throw new AssertionError("trains");
                }
              });
      var error =
          assertThrows(
              MerapiException.class,
              () -> trainer(model).fit(data(), with(checkpointTo(place), never)));
      assertEquals(MerapiException.Kind.ARGUMENT, error.kind());
      assertTrue(error.getMessage().contains("folder=" + place), error.getMessage());
      assertTrue(error.getMessage().contains("hint: checkpointTo takes a folder"));
    }
  }

  @Test
  void aLogThatCannotBeWrittenIsRefusedBeforeTraining(@TempDir Path dir) {
    FitOption never =
        listen(
            new TrainingListener() {
              @Override
              public void onBatchEnd(TrainingProgress progress) {
                throw new AssertionError("trains");
              }
            });
    Path file = dir.resolve("absent/log.csv");
    var error =
        assertThrows(
            MerapiException.class, () -> trainer(model(1)).fit(data(), with(csvLog(file), never)));
    assertEquals(MerapiException.Kind.ARGUMENT, error.kind());
    assertTrue(error.getMessage().contains("file=" + file), error.getMessage());
  }

  @Test
  void checkpointsAreKeptAndReadOnAnInterruptedThread(@TempDir Path dir) {
    var store = new CheckpointDirectory(dir, 2);
    trainer(model(1)).fit(data(), with(checkpointTo(store), epochs(1)));
    var contents = store.latest().orElseThrow();
    Thread.currentThread().interrupt();
    store.prepare();
    store.save(7, contents);
    store.saveBest(contents);
    assertEquals(contents.metadata(), store.latest().orElseThrow().metadata());
    assertTrue(Thread.interrupted());
  }

  @Test
  void aRunThatBeginsAnewTakesThePlaceOfAnOlderOne(@TempDir Path dir) {
    var store = new CheckpointDirectory(dir, 2);
    trainer(model(1)).fit(data(), with(checkpointTo(store)));
    trainer(model(2)).fit(data(), with(checkpointTo(store), epochs(1)));
    assertEquals(
        List.of("step-000000000005.merapi"),
        store.files().stream().map(file -> file.getFileName().toString()).toList());
  }

  @Test
  void aFinishedRunCanBeTrainedFurther(@TempDir Path dir) {
    FitOption keep = checkpointTo(dir);
    Model whole = model(1);
    Trainer steady = trainer(whole).schedule(_ -> 1);
    History expected = steady.fit(data(), with(epochs(4), earlyStopping(9)));
    Model longer = model(1);
    Trainer again = trainer(longer).schedule(_ -> 1);
    again.fit(data(), with(keep, epochs(2), earlyStopping(9)));
    History history = again.fit(data(), with(keep, resume(), epochs(4), earlyStopping(9)));
    assertEquals(timeless(expected), timeless(history));
    assertEquals(weights(whole), weights(longer));
  }
}
