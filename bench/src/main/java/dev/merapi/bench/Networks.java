package dev.merapi.bench;

import static dev.merapi.Model.input;
import static dev.merapi.graph.TensorType.f32;
import static dev.merapi.nn.Activations.relu;
import static dev.merapi.nn.Activations.sigmoid;
import static dev.merapi.nn.Layers.conv2d;
import static dev.merapi.nn.Layers.dense;
import static dev.merapi.nn.Layers.flatten;
import static dev.merapi.nn.Layers.maxPool;

import dev.merapi.Model;
import dev.merapi.RandomKey;
import dev.merapi.nn.Sequential;

/// The networks that the benchmarks run, with an input `x` of `N` rows or images.
public enum Networks {
  /// Convolutions and dense layers on images of 28 x 28.
  LENET {
    @Override
    Model model() {
      var net =
          Sequential.of(
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
      return Model.of(net, input("x", f32("N", 1, 28, 28)), RandomKey.of(1));
    }
  },

  /// Three dense layers on ten features: what a call costs when there is little to compute.
  CLASSIFIER {
    @Override
    Model model() {
      var net =
          Sequential.of(dense(10, 64), relu(), dense(64, 64), relu(), dense(64, 1), sigmoid());
      return Model.of(net, input("x", f32("N", 10)), RandomKey.of(1));
    }
  };

  abstract Model model();
}
