package dev.merapi.format;

import static dev.merapi.Model.input;
import static dev.merapi.graph.TensorType.f32;
import static dev.merapi.nn.Activations.relu;
import static dev.merapi.nn.Layers.batchNorm;
import static dev.merapi.nn.Layers.conv2d;
import static dev.merapi.nn.Layers.dense;
import static dev.merapi.nn.Layers.dropout;
import static dev.merapi.nn.Layers.flatten;
import static dev.merapi.nn.Layers.maxPool;

import dev.merapi.CompileOptions;
import dev.merapi.Model;
import dev.merapi.RandomKey;
import dev.merapi.Tensor;
import dev.merapi.Trace;
import dev.merapi.graph.Shape;
import dev.merapi.nn.Module;
import dev.merapi.nn.Sequential;
import java.util.Map;
import java.util.Random;

/// Small models for the tests of files.
final class Models {
  private Models() {}

  static Model convolutional() {
    var net =
        Sequential.of(conv2d(1, 3, 3), relu(), maxPool(2), flatten(), dense(27, 5), dense(5, 2));
    return Model.of(net, input("image", f32("N", 1, 8, 8)), "logits", RandomKey.of(7));
  }

  /// Behaves differently in training, and has a large and a small constant.
  static final class Tabled extends Module {
    static final int ROWS = 13;
    private final Module dense = child("fc", dense(ROWS, 4));

    @Override
    protected Tensor forward(Tensor x) {
      var random = new Random(3);
      float[] table = new float[ROWS * ROWS];
      for (int i = 0; i < table.length; i++) {
        table[i] = random.nextFloat();
      }
      Tensor mixed = x.matmul(Tensor.of(Shape.of(ROWS, ROWS), table));
      boolean training =
          Trace.current().map(trace -> trace.mode() == Trace.Mode.TRAIN).orElse(false);
      Tensor scaled = training ? mixed.times(2) : mixed;
      return dense.apply(scaled).plus(Tensor.of(Shape.of(4), 1f, 2f, 3f, 4f));
    }
  }

  static Model tabled() {
    return Model.of(new Tabled(), input("x", f32("N", Tabled.ROWS)), RandomKey.of(7));
  }

  /// Draws random numbers in training, and keeps statistics.
  static Model regularised() {
    var net = Sequential.of(dense(6, 5), batchNorm(5), relu(), dropout(0.4), dense(5, 1));
    return Model.of(net, input("x", f32("N", 6)), RandomKey.of(7));
  }

  /// What a model computes for fixed inputs.
  static float[] output(Model model) {
    var options = CompileOptions.on("reference").size("N", 2);
    var input = model.graph().inputs().entrySet().iterator().next();
    float[] data =
        new float[Math.toIntExact(input.getValue().shape().bind(Map.of("N", 2L)).elements())];
    for (int i = 0; i < data.length; i++) {
      data[i] = (float) Math.sin(i);
    }
    try (var compiled = model.compile(options)) {
      return compiled.run(Map.of(input.getKey(), data)).values().iterator().next();
    }
  }
}
