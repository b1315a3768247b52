package dev.merapi.examples;

import static dev.merapi.Model.input;
import static dev.merapi.graph.TensorType.f32;
import static dev.merapi.nn.Activations.tanh;
import static dev.merapi.nn.Layers.dense;
import static dev.merapi.optim.Adam.adam;
import static dev.merapi.train.Losses.mse;
import static dev.merapi.train.Metrics.r2;

import dev.merapi.Model;
import dev.merapi.RandomKey;
import dev.merapi.Tensor;
import dev.merapi.Trainer;
import dev.merapi.data.Dataset;
import dev.merapi.data.Standardizer;
import dev.merapi.examples.CrossValidation.Scores;
import dev.merapi.examples.CrossValidation.Trained;
import dev.merapi.graph.TensorType;
import dev.merapi.nn.Sequential;
import dev.merapi.train.Loss;
import dev.merapi.train.LossTerms;
import java.util.List;

/// Regression: how far diabetes goes in a year, from ten measures of the patient. A straight line
/// explains about 0.48 of the variance of unseen patients; 442 rows have little more to give, so
/// the net is small and its weights are held down.
///
/// The net takes and gives the units of the table. Inside, and in the loss, all is in deviations.
public final class Diabetes implements Example {
  private static final int HIDDEN = 8;
  private static final double RATE = 0.005;
  private static final List<Double> PENALTIES = List.of(0.003, 0.01, 0.03);

  /// The example; it has no settings of its own.
  public Diabetes() {}

  @Override
  public String name() {
    return "diabetes";
  }

  @Override
  public String description() {
    return "regression: the progression of diabetes from ten measures";
  }

  @Override
  public Defaults defaults() {
    return new Defaults(40, 32);
  }

  @Override
  public Outcome train(Settings settings) {
    settings.bundledOnly(this);
    Dataset table = Tables.diabetes();
    Scores scores = scores(settings);
    Trained trained = validation().train(table, settings);
    return new Outcome(
        trained.model(), "mean test R2 of 5 folds", scores.mean(), trained.history());
  }

  /// The R2 of each fold.
  Scores scores(Settings settings) {
    return validation().scores(Tables.diabetes(), settings);
  }

  private static CrossValidation validation() {
    return new CrossValidation(new Recipe(), r2(), PENALTIES);
  }

  private record Recipe() implements CrossValidation.Recipe {
    @Override
    public Model model(Dataset train, RandomKey key) {
      int features = train.inputs().rowSize();
      var net =
          Sequential.of(
              Scaling.of(train.inputs()),
              dense(features, HIDDEN),
              tanh(),
              dense(HIDDEN, 1),
              Scaling.back(train.targets()));
      return Model.of(net, input("patient", f32("N", features)), "progression", key);
    }

    @Override
    public Trainer trainer(Model model, Dataset train) {
      double deviation = Standardizer.fit(train.targets()).deviations()[0];
      return Trainer.of(model).loss(new InDeviations(mse(), deviation)).optimizer(adam(RATE));
    }
  }

  /// A loss of outputs and targets divided by the targets' deviation: as if these were
  /// standardised.
  private record InDeviations(Loss loss, double deviation) implements Loss {
    @Override
    public TensorType target(TensorType output) {
      return loss.target(output);
    }

    @Override
    public LossTerms terms(Tensor output, Tensor target) {
      return loss.terms(output.over(deviation), target.over(deviation));
    }
  }

  public static void main(String[] args) {
    var example = new Diabetes();
    IO.println(
        "test R2 " + example.scores(Settings.of(example, 1)) + ", the mean of 5 folds (each)");
  }
}
