package dev.merapi;

import static dev.merapi.Fits.KEY;
import static dev.merapi.Fits.REFERENCE;
import static dev.merapi.Fits.model;
import static dev.merapi.Fits.rows;
import static dev.merapi.Fits.trainer;
import static dev.merapi.Fits.weights;
import static dev.merapi.Model.input;
import static dev.merapi.graph.TensorType.f32;
import static dev.merapi.nn.Layers.dense;
import static dev.merapi.nn.Layers.flatten;
import static dev.merapi.optim.Adam.adam;
import static dev.merapi.optim.Sgd.sgd;
import static dev.merapi.train.FitOption.augment;
import static dev.merapi.train.FitOption.batch;
import static dev.merapi.train.FitOption.dropLast;
import static dev.merapi.train.FitOption.earlyStopping;
import static dev.merapi.train.FitOption.epochs;
import static dev.merapi.train.FitOption.fullBatch;
import static dev.merapi.train.FitOption.listen;
import static dev.merapi.train.FitOption.resume;
import static dev.merapi.train.FitOption.shuffle;
import static dev.merapi.train.FitOption.singleSample;
import static dev.merapi.train.FitOption.validateOn;
import static dev.merapi.train.FitOption.validationSplit;
import static dev.merapi.train.Losses.bce;
import static dev.merapi.train.Losses.bceWithLogits;
import static dev.merapi.train.Losses.crossEntropy;
import static dev.merapi.train.Losses.mse;
import static dev.merapi.train.Metrics.accuracy;
import static dev.merapi.train.Metrics.auc;
import static dev.merapi.train.Metrics.rmse;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.merapi.MerapiException.Kind;
import dev.merapi.data.Augmentation;
import dev.merapi.data.Batches;
import dev.merapi.data.Batches.Batch;
import dev.merapi.data.Column;
import dev.merapi.data.Dataset;
import dev.merapi.graph.Shape;
import dev.merapi.nn.Sequential;
import dev.merapi.train.FitOption;
import dev.merapi.train.GradientMonitor;
import dev.merapi.train.TrainingListener;
import dev.merapi.train.TrainingProgress;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class TrainerTest {
  @Test
  void fitDoesWhatALoopAroundTheStepDoes() {
    Dataset data = rows(23, 1);
    Model fitted = model(1);
    History history = trainer(fitted).fit(data, epochs(3), batch(5), shuffle(KEY));
    Model looped = model(1);
    double mean = 0;
    try (TrainStep step = looped.trainStep(bce(), adam(0.02), REFERENCE.upTo("N", 5))) {
      for (int epoch = 0; epoch < 3; epoch++) {
        mean = 0;
        for (Batch batch : Batches.of(data, 5).shuffled(KEY).epoch(epoch)) {
          step.resize("N", batch.size());
          batch.copyTo(step.input("x"), step.target());
          step.run();
          mean += (double) step.loss() * batch.size() / 23;
        }
      }
      step.writeTo(looped);
    }
    assertEquals(weights(looped), weights(fitted));
    assertEquals(mean, history.last().loss(), 1e-6);
    assertEquals(3, history.size());
  }

  @Test
  void aSecondFitBeginsAnewFromTheWeights() {
    Dataset data = rows(23, 1);
    Model first = model(1);
    Trainer trainer = trainer(first);
    trainer.fit(data, epochs(2), batch(5), shuffle(KEY));
    Model second = model(2);
    first.parameters().forEach((name, tensor) -> second.parameter(name).copyFrom(tensor));
    History again = trainer.fit(data, epochs(2), batch(5), shuffle(KEY));
    History fresh = trainer(second).fit(data, epochs(2), batch(5), shuffle(KEY));
    assertEquals(weights(second), weights(first));
    assertEquals(fresh.values("loss"), again.values("loss"));
    assertEquals(1, again.epochs().getFirst().number());
  }

  @Test
  void aTrainedModelIsMeasuredAndPredicts() {
    Dataset train = rows(120, 1);
    Dataset test = rows(70, 2);
    Model model = model(1);
    Trainer trainer = trainer(model).metrics(accuracy(), auc());
    History history = trainer.fit(train, epochs(15), batch(8), validateOn(test));
    assertTrue(history.last().value("accuracy") > 0.9, history::toString);
    Evaluation evaluation = trainer.evaluate(test);
    assertEquals(history.last().value("val_accuracy"), evaluation.metric("accuracy"), 1e-9);
    assertEquals(history.last().value("val_auc"), evaluation.metric("auc"), 1e-9);
    assertEquals(history.last().validationLoss().getAsDouble(), evaluation.loss(), 1e-6);
    float[] outputs = trainer.predict(test).toArray();
    float[] targets = ((Column.Floats) test.targets()).toArray();
    assertEquals(70, outputs.length);
    int right = 0;
    double loss = 0;
    for (int row = 0; row < 70; row++) {
      right += outputs[row] > 0.5 == targets[row] > 0.5 ? 1 : 0;
      loss -= Math.log(targets[row] > 0.5 ? outputs[row] : 1 - outputs[row]) / 70;
    }
    assertEquals(right / 70.0, evaluation.metric("accuracy"), 1e-12);
    assertEquals(loss, evaluation.loss(), 1e-5);
    assertEquals(right / 70.0, trainer.confusion(test).accuracy(), 1e-12);
  }

  @Test
  void aLossThatAChangeOfTheStepSetsIsThatOfEvaluationToo() {
    Dataset data = rows(40, 1);
    var net = Sequential.of(dense(3, 1));
    Model model = Model.of(net, input("x", f32("N", 3)), RandomKey.of(1));
    Trainer plain = Trainer.of(model).loss(bceWithLogits()).metrics(accuracy()).compile(REFERENCE);
    Trainer changed = plain.loss(mse()).step(options -> options.loss(bceWithLogits()));
    assertNotEquals(plain.loss(mse()).evaluate(data), changed.evaluate(data));
    assertEquals(plain.evaluate(data), changed.evaluate(data));
    assertEquals(plain.confusion(data).toString(), changed.confusion(data).toString());
    History history = changed.optimizer(sgd(0)).fit(data, fullBatch(), validateOn(data));
    assertEquals(changed.evaluate(data).loss(), history.last().loss(), 1e-6);
    assertEquals(changed.evaluate(data).loss(), history.last().value("val_loss"), 1e-6);
    assertEquals(history.last().value("accuracy"), history.last().value("val_accuracy"));
  }

  @Test
  void logitsAreReadByTheirSign() {
    var net = Sequential.of(dense(3, 1));
    Model model = Model.of(net, input("x", f32("N", 3)), RandomKey.of(1));
    Trainer trainer =
        Trainer.of(model)
            .loss(bceWithLogits())
            .optimizer(adam(0.05))
            .metrics(accuracy())
            .compile(REFERENCE);
    trainer.fit(rows(150, 1), epochs(15));
    assertTrue(trainer.evaluate(rows(100, 2)).metric("accuracy") > 0.93);
  }

  @Test
  void aFullBatchIsOneStepAndSingleSamplesAreManyOfThem() {
    var steps = new ArrayList<Integer>();
    var count =
        new TrainingListener() {
          @Override
          public void onEpochStart(TrainingProgress progress) {
            steps.add(progress.steps());
          }
        };
    Dataset data = rows(7, 1);
    for (FitOption size : List.of(fullBatch(), singleSample(), batch(3), batch(1000))) {
      trainer(model(1)).fit(data, size, listen(count));
    }
    trainer(model(1)).fit(data, batch(3), dropLast(), listen(count));
    trainer(model(1)).fit(rows(65, 1), listen(count));
    assertEquals(List.of(1, 7, 3, 1, 2, 3), steps);
  }

  @Test
  void theScheduleMultipliesTheRateOfEachStep() {
    var rates = new ArrayList<Double>();
    var moments = new ArrayList<String>();
    var watcher =
        new TrainingListener() {
          @Override
          public void onBatchEnd(TrainingProgress progress) {
            rates.add(progress.learningRate());
          }
        };
    History history =
        trainer(model(1))
            .schedule(moment -> {
              moments.add(moment.step() + "/" + moment.totalSteps() + " " + moment.epoch());
              assertEquals((int) moment.epoch(), moment.monitored().size());
              return 1.0 / (1 + moment.step());
            })
            .fit(rows(6, 1), epochs(2), batch(3), listen(watcher));
    assertEquals(List.of("0/4 0.0", "1/4 0.5", "2/4 1.0", "3/4 1.5"), moments);
    assertEquals(List.of(0.02, 0.01, 0.02 * (1.0 / 3), 0.005), rates);
    assertEquals(0.005, history.last().learningRate(), 0);
    var error =
        assertThrows(
            MerapiException.class,
            () -> trainer(model(1)).schedule(_ -> Double.NaN).fit(rows(6, 1)));
    assertEquals(Kind.ARGUMENT, error.kind());
  }

  @Test
  void penaltiesFreezingAndAccumulationReachTheStep() {
    Model model = model(1);
    var before = weights(model);
    trainer(model).freeze("0.*").accumulate(2).fit(rows(12, 1), batch(3));
    var after = weights(model);
    assertEquals(before.get("0.weight"), after.get("0.weight"));
    assertNotEquals(before.get("2.weight"), after.get("2.weight"));
    History history = trainer(model).gradientNorms().fit(rows(12, 1), batch(3));
    assertEquals(model.parameters().keySet(), history.last().gradientNorms().keySet());
    assertTrue(history.last().gradientNorms().get("2.bias") > 0);
  }

  @Test
  void aSplitForValidationIsNotTrainedOn() {
    Dataset data = rows(50, 1);
    Model split = model(1);
    History history =
        trainer(split).fit(data, epochs(2), batch(4), shuffle(KEY), validationSplit(0.2));
    List<Dataset> parts = data.split(0.8, KEY.split("validation"));
    assertEquals(10, parts.get(1).rows());
    Model given = model(1);
    History same =
        trainer(given)
            .fit(parts.get(0), epochs(2), batch(4), shuffle(KEY), validateOn(parts.get(1)));
    assertEquals(weights(given), weights(split));
    assertEquals(same.values("val_loss"), history.values("val_loss"));
  }

  @Test
  void whatDoesNotFitIsAnErrorUpFront() {
    Dataset data = rows(6, 1);
    refused(
        Kind.SHAPE,
        "name its first size",
        () ->
            trainer(Model.of(Sequential.of(dense(3, 1)), input("x", f32(4, 3)), RandomKey.of(1)))
                .fit(data));
    refused(
        Kind.SHAPE,
        "row=f32[2], expected=f32[3]",
        () ->
            trainer(model(1))
                .fit(
                    new Dataset(
                        Column.of(Shape.of(2), new float[8]),
                        Column.of(Shape.of(1), new float[4]))));
    refused(
        Kind.SHAPE,
        "fit: targets do not fit the model: row=i32[], expected=f32[1]",
        () -> trainer(model(1)).fit(Dataset.of(Shape.of(3), new float[12], new int[4])));
    refused(
        Kind.SHAPE,
        "validation: ",
        () ->
            trainer(model(1))
                .fit(data, validateOn(Dataset.of(Shape.of(3), new float[12], new int[4]))));
    refused(Kind.ARGUMENT, "there is no row", () -> trainer(model(1)).fit(data.slice(0, 0)));
    refused(
        Kind.ARGUMENT,
        "optimizer(sgd(0.01))",
        () -> Trainer.of(model(1)).loss(bce()).compile(REFERENCE).fit(data));
    refused(Kind.ARGUMENT, "there is no loss", () -> Trainer.of(model(1)).evaluate(data));
    refused(Kind.ARGUMENT, "checkpointTo", () -> trainer(model(1)).fit(data, resume()));
    refused(
        Kind.SHAPE,
        "rmse",
        () ->
            Trainer.of(
                    Model.of(Sequential.of(dense(3, 2)), input("x", f32("N", 3)), RandomKey.of(1)))
                .loss(crossEntropy())
                .optimizer(adam(0.1))
                .metrics(rmse())
                .compile(REFERENCE)
                .fit(Dataset.of(Shape.of(3), new float[12], new int[4])));
    refused(
        Kind.ARGUMENT, "name=accuracy", () -> trainer(model(1)).metrics(accuracy(), accuracy()));
    for (Runnable wrong :
        List.<Runnable>of(
            () -> epochs(0),
            () -> batch(0),
            () -> earlyStopping(0),
            () -> validationSplit(1),
            () -> new GradientMonitor(2, 1))) {
      refused(Kind.ARGUMENT, "", wrong);
    }
  }

  private static void refused(Kind kind, String part, Runnable body) {
    var error = assertThrows(MerapiException.class, body::run);
    assertEquals(kind, error.kind(), error.getMessage());
    assertTrue(error.getMessage().contains(part), error.getMessage());
  }

  @Test
  void targetsWithoutAnAxisOfOneFit() {
    Dataset data = rows(6, 1);
    float[] targets = ((Column.Floats) data.targets()).toArray();
    var scalars = new Dataset(data.inputs(), Column.of(Shape.SCALAR, targets));
    Model first = model(1);
    Model second = model(1);
    trainer(first).fit(data);
    trainer(second).fit(scalars);
    assertEquals(weights(first), weights(second));
  }

  @Test
  void aModelWithoutALossPredicts() {
    Model model = model(1);
    float[] x = RandomKey.of(9).normal(3 * 130, 0, 1);
    float[] y = Trainer.of(model).compile(REFERENCE).predict(Column.of(Shape.of(3), x)).toArray();
    float[] expected;
    try (CompiledModel compiled = model.compile(REFERENCE.size("N", 130))) {
      expected = compiled.run(Map.of("x", x)).get(Model.OUTPUT);
    }
    assertArrayEquals(expected, y);
  }

  @Test
  void imagesAreChangedAnewInEachEpoch() {
    // f32[1,2,3] images cut to f32[1,2,2].
    float[] pixels = RandomKey.of(5).normal(6 * 8, 0, 1);
    Dataset images = Dataset.of(Shape.of(1, 2, 3), pixels, new int[] {0, 1, 0, 1, 0, 1, 0, 1});
    Augmentation cut = Augmentation.crop(2, 2, 0).then(Augmentation.flip());
    var net = Sequential.of(flatten(), dense(4, 2));
    Model fitted = Model.of(net, input("x", f32("N", 1, 2, 2)), RandomKey.of(1));
    Trainer.of(fitted)
        .loss(crossEntropy())
        .optimizer(sgd(0.1))
        .compile(REFERENCE)
        .fit(images, epochs(2), batch(4), shuffle(KEY), augment(cut));
    Model looped = Model.of(net, input("x", f32("N", 1, 2, 2)), RandomKey.of(1));
    try (TrainStep step = looped.trainStep(crossEntropy(), sgd(0.1), REFERENCE.size("N", 4))) {
      Batches batches = Batches.of(images, 4).shuffled(KEY).augmented(cut, KEY);
      for (Batch batch : List.of(0, 1).stream().flatMap(i -> batches.epoch(i).stream()).toList()) {
        batch.copyTo(step.input("x"), step.target());
        step.run();
      }
      step.writeTo(looped);
    }
    assertEquals(weights(looped), weights(fitted));
    refused(
        Kind.SHAPE,
        "row=f32[1,2,3], expected=f32[1,2,2]",
        () -> Trainer.of(fitted).loss(crossEntropy()).optimizer(sgd(1)).fit(images));
  }

  @Test
  void trainersAreNotChangedByTheirMethods() {
    Trainer plain = trainer(model(1));
    plain.metrics(accuracy());
    assertEquals(List.of(), plain.metrics());
  }
}
