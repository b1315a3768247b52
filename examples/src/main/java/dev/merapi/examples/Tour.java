package dev.merapi.examples;

import static dev.merapi.Model.input;
import static dev.merapi.graph.TensorType.f32;
import static dev.merapi.nn.Activations.relu;
import static dev.merapi.nn.Layers.dense;
import static dev.merapi.nn.Layers.dropout;
import static dev.merapi.optim.Adam.adam;
import static dev.merapi.optim.Schedules.cosine;
import static dev.merapi.train.FitOption.batch;
import static dev.merapi.train.FitOption.checkpointTo;
import static dev.merapi.train.FitOption.earlyStopping;
import static dev.merapi.train.FitOption.epochs;
import static dev.merapi.train.FitOption.resume;
import static dev.merapi.train.FitOption.validationSplit;
import static dev.merapi.train.Losses.crossEntropy;
import static dev.merapi.train.Metrics.accuracy;
import static dev.merapi.train.Penalty.l2;

import dev.merapi.CompileOptions;
import dev.merapi.CompiledModel;
import dev.merapi.History;
import dev.merapi.Model;
import dev.merapi.RandomKey;
import dev.merapi.Session;
import dev.merapi.TrainStep;
import dev.merapi.Trainer;
import dev.merapi.data.Batches;
import dev.merapi.data.Batches.Batch;
import dev.merapi.data.Dataset;
import dev.merapi.data.Standardizer;
import dev.merapi.nn.Sequential;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;

/// The code of `docs/training.md`: from a table of flowers to a model that is served.
public final class Tour {
  private Tour() {}

  static Model model() {
    var net = Sequential.of(dense(4, 16), relu(), dropout(0.1), dense(16, 3));
    Model model = Model.of(net, input("flower", f32("N", 4)), "scores", RandomKey.of(42));
    IO.println(model.summary());
    return model;
  }

  /// @param checkpoints a folder for them
  /// @return the trainer, with its model trained
  static Trainer fit(Model model, Dataset train, Dataset test, Path checkpoints) {
    Trainer trainer =
        Trainer.of(model)
            .loss(crossEntropy())
            .optimizer(adam(0.01))
            .schedule(cosine())
            .penalty(l2(0.001))
            .metrics(accuracy());
    History history =
        trainer.fit(
            train,
            epochs(40),
            batch(16),
            validationSplit(0.2),
            earlyStopping(10),
            checkpointTo(checkpoints));
    IO.println(history);
    IO.println("test: " + trainer.evaluate(test));
    return trainer;
  }

  static History resumed(Trainer trainer, Dataset train, Path checkpoints) {
    History whole =
        trainer.fit(
            train,
            epochs(40),
            batch(16),
            validationSplit(0.2),
            earlyStopping(10),
            checkpointTo(checkpoints),
            resume());
    return whole;
  }

  static void loop(Model model, Dataset train) {
    var options = CompileOptions.best().upTo("N", 16);
    try (TrainStep step = model.trainStep(crossEntropy(), adam(0.001), options)) {
      for (Batch batch : Batches.of(train, 16).shuffled(RandomKey.of(2)).epoch(0)) {
        step.resize("N", batch.size()); // the last one may be smaller
        batch.copyTo(step.input("flower"), step.target());
        step.run(); // forward, backward and update
      }
      step.writeTo(model);
    }
  }

  /// @return the scores of a flower
  static float[] serve(Model model, Path file, float[] flower) {
    float[] scores = new float[3];
    model.save(file); // such as iris.merapi
    Model loaded = Model.load(file); // can be served, and trained further
    try (CompiledModel compiled = loaded.compile(CompileOptions.best().size("N", 1));
        Session session = compiled.newSession()) {
      compiled.warmUp(); // where kernels are not machine code, seconds: the JIT compiles them now
      session.input("flower").copyFrom(flower);
      session.run(); // allocates nothing
      session.output("scores").copyTo(scores);
    }
    return scores;
  }

  /// All of it, with files in that folder.
  ///
  /// @return the share of unseen flowers that are recognised
  static double run(Path folder) {
    List<Dataset> parts = Tables.iris().stratifiedSplit(0.8, RandomKey.of(1));
    Standardizer scale = Standardizer.fit(parts.getFirst()); // the test must not be known
    Dataset train = scale.apply(parts.getFirst());
    Dataset test = scale.apply(parts.getLast());

    Model model = model();
    Trainer trainer = fit(model, train, test, folder.resolve("checkpoints"));
    resumed(trainer, train, folder.resolve("checkpoints"));
    loop(model, train);
    float[] scores = serve(model, folder.resolve("iris.merapi"), new float[] {-1, 1, -1.3f, -1.2f});
    IO.println("scores of a flower: " + Arrays.toString(scores));
    return trainer.evaluate(test).metric("accuracy");
  }

  public static void main(String[] args) throws IOException {
    IO.println("test accuracy " + run(Files.createTempDirectory("tour")));
  }
}
