package dev.merapi.examples;

import static dev.merapi.Model.input;
import static dev.merapi.graph.TensorType.f32;
import static dev.merapi.nn.Activations.relu;
import static dev.merapi.nn.Layers.conv2d;
import static dev.merapi.nn.Layers.dense;
import static dev.merapi.nn.Layers.flatten;
import static dev.merapi.nn.Layers.maxPool;
import static dev.merapi.nn.Layers.normalize;
import static dev.merapi.optim.Sgd.sgd;
import static dev.merapi.train.Losses.crossEntropy;

import dev.merapi.CompileOptions;
import dev.merapi.CompiledModel;
import dev.merapi.Model;
import dev.merapi.RandomKey;
import dev.merapi.Session;
import dev.merapi.TrainStep;
import dev.merapi.data.Batches;
import dev.merapi.data.Batches.Batch;
import dev.merapi.data.Dataset;
import dev.merapi.nn.Sequential;
import java.util.Arrays;

/// The first program of the README: trains a network on images, then scores one.
public final class FirstProgram {
  private FirstProgram() {}

  /// Trains for one epoch.
  ///
  /// @param train images `f32[1, 28, 28]` from 0 to 1, with labels 0 to 9
  /// @param pixels an image to score
  /// @return its ten scores
  static float[] run(Dataset train, float[] pixels) {
    float[] scores = new float[10];

    var net =
        Sequential.of(
            normalize(0.1307, 0.3081), // pixels from 0 to 1
            conv2d(1, 6, 5),
            relu(),
            maxPool(2),
            conv2d(6, 16, 5),
            relu(),
            maxPool(2),
            flatten(),
            dense(256, 120),
            relu(),
            dense(120, 84),
            relu(),
            dense(84, 10));
    var model = Model.of(net, input("image", f32("N", 1, 28, 28)), "logits", RandomKey.of(42));

    var batch64 = CompileOptions.cpu().size("N", 64);
    try (TrainStep step = model.trainStep(crossEntropy(), sgd(0.02).momentum(0.9), batch64)) {
      step.warmUp(); // where kernels are not machine code: the JIT compiles them now
      for (Batch batch : Batches.of(train, 64).shuffled(RandomKey.of(1)).dropLast().epoch(0)) {
        batch.copyTo(step.input("image"), step.target());
        step.run(); // forward, backward and update in place
      }
      step.writeTo(model);
    }

    try (CompiledModel compiled = model.compile(CompileOptions.cpu().size("N", 1));
        Session session = compiled.newSession()) {
      compiled.warmUp(); // the same
      session.input("image").copyFrom(pixels);
      session.run(); // allocates nothing
      session.output("logits").copyTo(scores);
    }

    return scores;
  }

  public static void main(String[] args) {
    float[] pixels = new float[28 * 28];
    IO.println(Arrays.toString(run(Digits.trainSet(), pixels)));
  }
}
