package dev.merapi.examples;

import static dev.merapi.optim.Schedules.cosine;
import static dev.merapi.optim.Sgd.sgd;
import static dev.merapi.train.FitOption.batch;
import static dev.merapi.train.FitOption.earlyStopping;
import static dev.merapi.train.FitOption.epochs;
import static dev.merapi.train.FitOption.validationSplit;
import static dev.merapi.train.Losses.crossEntropy;
import static dev.merapi.train.Metrics.accuracy;

import dev.merapi.Evaluation;
import dev.merapi.History;
import dev.merapi.Model;
import dev.merapi.Trainer;
import dev.merapi.data.Dataset;
import java.nio.file.Path;

/// The second program of the README: trains with `fit`, tests, and saves.
public final class FitProgram {
  private FitProgram() {}

  /// @return how well the model does on the test data
  static Evaluation run(Model model, Dataset train, Dataset test, Path file) {
    var trainer =
        Trainer.of(model)
            .loss(crossEntropy())
            .optimizer(sgd(0.02).momentum(0.9))
            .schedule(cosine())
            .metrics(accuracy());

    History history =
        trainer.fit(train, epochs(10), batch(32), validationSplit(0.1), earlyStopping(3));
    Evaluation evaluation = trainer.evaluate(test);
    model.save(file); // Model.load(file) reads it again

    IO.println(history);
    return evaluation;
  }

  public static void main(String[] args) {
    Path file = Path.of(args.length > 0 ? args[0] : "digits.merapi");
    IO.println(run(LeNet.model(1), Digits.trainSet(), Digits.testSet(), file));
  }
}
