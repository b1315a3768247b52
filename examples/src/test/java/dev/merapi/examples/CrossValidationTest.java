package dev.merapi.examples;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.merapi.CompileOptions;
import dev.merapi.Model;
import dev.merapi.RandomKey;
import dev.merapi.Tensor;
import dev.merapi.Trainer;
import dev.merapi.data.Column;
import dev.merapi.data.Dataset;
import dev.merapi.graph.Shape;
import dev.merapi.graph.TensorType;
import dev.merapi.nn.Layers;
import dev.merapi.nn.Sequential;
import dev.merapi.optim.Sgd;
import dev.merapi.train.Losses;
import dev.merapi.train.Metrics;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

class CrossValidationTest {
  private static final int ROWS = 50;
  private static final int FITS = 3; // of a fold: two to choose by, one to test

  /// Notes the rows that each net is made for; a row's input is its number.
  private static final class Spy implements CrossValidation.Recipe {
    private final List<Set<Float>> trainedOn = new ArrayList<>();

    @Override
    public Model model(Dataset train, RandomKey key) {
      var rows = new TreeSet<Float>();
      for (float row : ((Column.Floats) train.inputs()).toArray()) {
        rows.add(row);
      }
      trainedOn.add(rows);
      var net = Sequential.of(Scaling.of(train.inputs()), Layers.dense(1, 1));
      return Model.of(net, Model.input("x", TensorType.f32("N", 1)), key);
    }

    @Override
    public Trainer trainer(Model model, Dataset train) {
      return Trainer.of(model).loss(Losses.mse()).optimizer(Sgd.sgd(0.01));
    }
  }

  private static Dataset rows() {
    float[] numbers = new float[ROWS];
    for (int i = 0; i < ROWS; i++) {
      numbers[i] = i;
    }
    return Dataset.of(Shape.of(1), numbers, Shape.of(1), numbers);
  }

  @Test
  void eachRowIsTestedOnceByANetThatNoFoldOfItHasTouched() {
    var spy = new Spy();
    var validation = new CrossValidation(spy, Metrics.rmse(), List.of(0.0, 0.1));
    var settings =
        new Settings(1, 8, 1, CompileOptions.on("reference"), Optional.empty(), List.of());
    assertEquals(5, validation.scores(rows(), settings).values().size());
    assertEquals(5 * FITS, spy.trainedOn.size());
    var tested = new ArrayList<Float>();
    for (int fold = 0; fold < 5; fold++) {
      Set<Float> train = spy.trainedOn.get(fold * FITS + FITS - 1);
      assertEquals(40, train.size());
      for (int choice = 0; choice < FITS - 1; choice++) {
        Set<Float> some = spy.trainedOn.get(fold * FITS + choice);
        assertEquals(30, some.size());
        assertTrue(train.containsAll(some));
      }
      for (float row = 0; row < ROWS; row++) {
        if (!train.contains(row)) {
          tested.add(row);
        }
      }
    }
    assertEquals(ROWS, tested.size());
    assertEquals(ROWS, new HashSet<>(tested).size());
  }

  @Test
  void thePenaltyThatDoesBestOnValidationRowsIsTaken() {
    var validation = new CrossValidation(new Spy(), Metrics.rmse(), List.of(10.0, 0.0));
    var settings =
        new Settings(20, 8, 1, CompileOptions.on("reference"), Optional.empty(), List.of());
    assertEquals(0.0, validation.train(rows(), settings).penalty());
  }

  @Test
  void scalingGoesThereAndBack() {
    Column column = Column.of(Shape.of(2), 1f, 10, 3, 10, 5, 10);
    double deviation = Math.sqrt(8 / 3.0);
    Tensor rows = Tensor.of(Shape.of(3, 2), 1f, 10, 3, 10, 5, 10);
    Model there = model(Scaling.of(column));
    float[] scaled = run(there, rows);
    assertArrayEquals(
        new float[] {(float) (-2 / deviation), 0, 0, 0, (float) (2 / deviation), 0}, scaled, 1e-6f);
    float[] back = run(model(Scaling.back(column)), Tensor.of(Shape.of(3, 2), scaled));
    assertArrayEquals(new float[] {1, 10, 3, 10, 5, 10}, back, 1e-5f);
    assertEquals(Set.of("mean", "deviation"), there.parameters().keySet());
  }

  private static Model model(Scaling scaling) {
    return Model.of(scaling, Model.input("x", TensorType.f32(3, 2)), RandomKey.of(1));
  }

  private static float[] run(Model model, Tensor rows) {
    try (var compiled = model.compile(CompileOptions.on("reference"))) {
      return compiled.runTensors(Map.of("x", rows)).get(Model.OUTPUT).toFloats();
    }
  }
}
