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
import dev.merapi.Tensor;
import dev.merapi.nn.Activations;
import dev.merapi.nn.Dense;
import dev.merapi.nn.Module;
import dev.merapi.nn.Sequential;
import dev.merapi.train.Loss;
import dev.merapi.train.Losses;

/// The networks that the benchmarks run, with an input `x` of `N` rows or images.
public enum Networks {
  /// Convolutions and dense layers on images of 28 x 28.
  LENET {
    @Override
    public Model model() {
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
    public Model model() {
      var net =
          Sequential.of(dense(10, 64), relu(), dense(64, 64), relu(), dense(64, 1), sigmoid());
      return Model.of(net, input("x", f32("N", 10)), RandomKey.of(1));
    }
  },

  /// Two dense layers on ten features, as a class of its own.
  SIMPLENET {
    @Override
    public Model model() {
      return Model.of(new SimpleNet(), input("x", f32("N", 10)), RandomKey.of(1));
    }
  },

  /// Three dense layers on the pixels of an image of 28 x 28.
  MLP784 {
    @Override
    public Model model() {
      var net = Sequential.of(dense(784, 512), relu(), dense(512, 256), relu(), dense(256, 10));
      return Model.of(net, input("x", f32("N", 784)), RandomKey.of(1));
    }
  },

  /// Convolutions of 32 and 64 channels on images of 28 x 28, logarithms of probabilities.
  CONVNET {
    @Override
    public Model model() {
      var net =
          Sequential.of(
              conv2d(1, 32, 3).padding(1),
              relu(),
              maxPool(2),
              conv2d(32, 64, 3).padding(1),
              relu(),
              maxPool(2),
              flatten(),
              dense(64 * 7 * 7, 128),
              relu(),
              dense(128, 10),
              Activations.logSoftmax(1));
      return Model.of(net, input("x", f32("N", 1, 28, 28)), RandomKey.of(1));
    }
  };

  public abstract Model model();

  /// What it is trained with.
  public Loss loss() {
    return switch (this) {
      case CLASSIFIER, SIMPLENET -> Losses.bce();
      case LENET, MLP784 -> Losses.crossEntropy();
      case CONVNET -> Losses.negativeLogLikelihood();
    };
  }

  private static final class SimpleNet extends Module {
    private final Dense fc1 = child("fc1", dense(10, 64));
    private final Dense fc2 = child("fc2", dense(64, 1));

    @Override
    protected Tensor forward(Tensor x) {
      return sigmoid(fc2.apply(relu(fc1.apply(x))));
    }
  }
}
