package dev.merapi;

import static dev.merapi.Model.input;
import static dev.merapi.graph.TensorType.f32;
import static dev.merapi.nn.Activations.sigmoid;
import static dev.merapi.nn.Activations.tanh;
import static dev.merapi.nn.Layers.dense;
import static dev.merapi.optim.Adam.adam;
import static dev.merapi.train.Losses.bce;

import dev.merapi.data.Column;
import dev.merapi.data.Dataset;
import dev.merapi.graph.Shape;
import dev.merapi.nn.Sequential;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// A small problem to fit.
final class Fits {
  private Fits() {}

  static final CompileOptions REFERENCE = CompileOptions.on("reference");
  static final RandomKey KEY = RandomKey.of(4);

  /// Three features, yes where their sum is positive.
  static Dataset rows(int count, long seed) {
    float[] x = RandomKey.of(seed).normal(count * 3, 0, 1);
    float[] y = new float[count];
    for (int row = 0; row < count; row++) {
      y[row] = x[3 * row] + x[3 * row + 1] + x[3 * row + 2] > 0 ? 1 : 0;
    }
    return new Dataset(Column.of(Shape.of(3), x), Column.of(Shape.of(1), y));
  }

  static Model model(long seed) {
    var net = Sequential.of(dense(3, 5), tanh(), dense(5, 1), sigmoid());
    return Model.of(net, input("x", f32("N", 3)), RandomKey.of(seed));
  }

  static Trainer trainer(Model model) {
    return Trainer.of(model).loss(bce()).optimizer(adam(0.02)).compile(REFERENCE);
  }

  static Map<String, List<Float>> weights(Model model) {
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
}
