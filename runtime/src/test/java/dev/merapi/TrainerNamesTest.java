package dev.merapi;

import static dev.merapi.Fits.KEY;
import static dev.merapi.Fits.REFERENCE;
import static dev.merapi.Fits.model;
import static dev.merapi.Fits.rows;
import static dev.merapi.Fits.trainer;
import static dev.merapi.Model.input;
import static dev.merapi.graph.TensorType.f32;
import static dev.merapi.nn.Activations.sigmoid;
import static dev.merapi.nn.Layers.dense;
import static dev.merapi.optim.Adam.adam;
import static dev.merapi.train.Losses.bce;
import static dev.merapi.train.Metrics.accuracy;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.merapi.MerapiException.Kind;
import dev.merapi.data.Dataset;
import dev.merapi.graph.Shape;
import dev.merapi.nn.Initializers;
import dev.merapi.nn.Module;
import dev.merapi.nn.Parameter;
import dev.merapi.nn.Sequential;
import dev.merapi.train.Direction;
import dev.merapi.train.Metric;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Names that would stand for two things.
class TrainerNamesTest {
  /// A metric that is another one by another name.
  private record Called(String name) implements Metric {
    @Override
    public Direction direction() {
      return accuracy().direction();
    }

    @Override
    public Meter meter(Subject subject) {
      return accuracy().meter(subject);
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "loss",
        "epoch",
        "learning_rate",
        "rate",
        "seconds",
        "examples_per_second",
        "val_loss",
        "val_x"
      })
  void aMetricHasNoNameThatAHistoryUsesForSomethingElse(String name) {
    Trainer trainer = trainer(model(1));
    refused(Kind.ARGUMENT, "name=" + name, () -> trainer.metrics(accuracy(), new Called(name)));
    refused(Kind.ARGUMENT, "learning_rate", () -> trainer.metrics(new Called(name)));
    refused(Kind.ARGUMENT, "hint: ", () -> trainer.metrics(new Called(name)));
  }

  @Test
  void metricsAreToldApartByTheirNames() {
    Trainer trainer = trainer(model(1));
    refused(
        Kind.ARGUMENT,
        "a metric's name is that of two: name=a",
        () -> trainer.metrics(new Called("a"), new Called("a")));
    refused(Kind.ARGUMENT, "not valid: name=a,b", () -> trainer.metrics(new Called("a,b")));
    History history = trainer.metrics(new Called("speed"), new Called("value")).fit(rows(6, 1));
    assertEquals(history.epochs(), HistoryText.parse(history.toCsv()).epochs());
  }

  /// A layer whose own parameter has a name that it cannot have.
  private static final class Aim extends Module {
    private final Parameter target = parameter("target", Shape.of(1), Initializers.ones());

    @Override
    protected Tensor forward(Tensor x) {
      return x.times(target.tensor());
    }
  }

  @Test
  void namesThatTrainingNeedsAreToldWithAWayOut() {
    Dataset data = rows(6, 1);
    var net = Sequential.of(dense(3, 1), sigmoid());
    Model input = Model.of(net, input("target", f32("N", 3)), KEY);
    Model output = Model.of(net, input("x", f32("N", 3)), "loss", KEY);
    Model parameter = Model.of(new Aim(), input("x", f32("N", 1)), KEY);
    refused(Kind.ARGUMENT, "input=target", () -> trainer(input).fit(data));
    refused(Kind.ARGUMENT, "another name, such as x", () -> trainer(input).evaluate(data));
    refused(Kind.ARGUMENT, "output=loss", () -> trainer(output).fit(data));
    refused(Kind.ARGUMENT, "another name, such as scores", () -> trainer(output).evaluate(data));
    refused(
        Kind.ARGUMENT,
        "parameter=target",
        () -> parameter.trainStep(bce(), adam(0.1), REFERENCE.size("N", 2)));
    assertEquals(6, trainer(input).predict(data).toArray().length);
  }

  private static void refused(Kind kind, String part, Runnable body) {
    var error = assertThrows(MerapiException.class, body::run);
    assertEquals(kind, error.kind(), error.getMessage());
    assertTrue(error.getMessage().contains(part), error.getMessage());
  }
}
