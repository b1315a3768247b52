package dev.merapi.tests;

import static dev.merapi.Model.input;
import static dev.merapi.graph.TensorType.f32;
import static dev.merapi.nn.Activations.relu;
import static dev.merapi.nn.Activations.sigmoid;
import static dev.merapi.nn.Layers.dense;
import static dev.merapi.optim.Adam.adam;
import static dev.merapi.train.FitOption.batch;
import static dev.merapi.train.FitOption.csvLog;
import static dev.merapi.train.FitOption.epochs;
import static dev.merapi.train.FitOption.quiet;
import static dev.merapi.train.FitOption.validateOn;
import static dev.merapi.train.Losses.bce;
import static dev.merapi.train.Metrics.accuracy;
import static dev.merapi.train.Metrics.auc;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.merapi.CompileOptions;
import dev.merapi.Evaluation;
import dev.merapi.History;
import dev.merapi.Model;
import dev.merapi.RandomKey;
import dev.merapi.Trainer;
import dev.merapi.data.Dataset;
import dev.merapi.examples.Classifier;
import dev.merapi.nn.Sequential;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The library as its users write it, on the CPU backend.
class FitTest {
  private static final Dataset TRAIN = Classifier.data(RandomKey.of(1));
  private static final Dataset TEST = Classifier.data(RandomKey.of(2)).slice(0, 500);

  private static Trainer classifier(CompileOptions options) {
    var net = Sequential.of(dense(10, 64), relu(), dense(64, 64), relu(), dense(64, 1), sigmoid());
    var model = Model.of(net, input("x", f32("N", 10)), RandomKey.of(42));
    return Trainer.of(model)
        .loss(bce())
        .optimizer(adam(0.003))
        .metrics(accuracy(), auc())
        .compile(options);
  }

  @Test
  void aBinaryClassifierIsFittedInTenEpochs(@TempDir Path dir) throws IOException {
    Trainer trainer = classifier(CompileOptions.cpu());
    Path log = dir.resolve("history.csv");
    History history =
        trainer.fit(TRAIN, epochs(10), batch(32), validateOn(TEST), csvLog(log), quiet());
    assertEquals(10, history.size());
    assertTrue(history.last().loss() < history.epochs().getFirst().loss() / 2, history::toString);
    Evaluation evaluation = trainer.evaluate(TEST);
    assertTrue(evaluation.metric("accuracy") > 0.85, evaluation::toString);
    assertTrue(evaluation.metric("auc") > 0.93, evaluation::toString);
    assertEquals(history.last().value("val_accuracy"), evaluation.metric("accuracy"), 1e-9);
    assertEquals(history.toCsv(), Files.readString(log));
  }

  @Test
  void threadsDoNotChangeTheBits() {
    Trainer one = classifier(CompileOptions.cpu());
    Trainer two = classifier(CompileOptions.cpu().threads(2));
    History first = one.fit(TRAIN, epochs(2), validateOn(TEST), quiet());
    History second = two.fit(TRAIN, epochs(2), validateOn(TEST), quiet());
    assertEquals(first.values("loss"), second.values("loss"));
    assertEquals(first.values("val_loss"), second.values("val_loss"));
    assertArrayEquals(one.predict(TEST).toArray(), two.predict(TEST).toArray());
  }

  @Test
  void theBackendsTrainAlike() {
    History cpu = classifier(CompileOptions.cpu()).fit(TRAIN, epochs(1), quiet());
    History reference = classifier(CompileOptions.on("reference")).fit(TRAIN, epochs(1), quiet());
    assertEquals(reference.last().loss(), cpu.last().loss(), 1e-4);
  }
}
