package dev.merapi.bench.fresh;

import static dev.merapi.Model.input;
import static dev.merapi.graph.TensorType.f32;
import static dev.merapi.nn.Layers.conv2d;
import static dev.merapi.nn.Layers.dense;
import static dev.merapi.nn.Layers.flatten;
import static dev.merapi.nn.Layers.globalAvgPool;

import dev.merapi.Model;
import dev.merapi.RandomKey;
import dev.merapi.bench.Networks;
import dev.merapi.data.Dataset;
import dev.merapi.graph.Shape;
import dev.merapi.nn.Sequential;
import dev.merapi.train.Loss;
import dev.merapi.train.Losses;

/// Networks as they are trained, on noise; an epoch takes some 2 s on a core of 250 GFLOP/s.
enum TrainedNetwork {
  LENET(Losses.crossEntropy(), 160_000, Shape.of(1, 28, 28)) {
    @Override
    Model model() {
      return Networks.LENET.model();
    }
  },

  U_NET(Losses.mse(), 2560, Shape.of(1, 32, 32)) {
    @Override
    Model model() {
      return Model.of(new UNet(1, 16, 2, 1), input("x", f32("N", 1, 32, 32)), RandomKey.of(1));
    }
  },

  RESNEXT_BLOCK(Losses.crossEntropy(), 1280, Shape.of(3, 32, 32)) {
    @Override
    Model model() {
      var net =
          Sequential.of(
              conv2d(3, 64, 3).padding(1),
              Residual.grouped(64, 64, 128, 8),
              globalAvgPool(),
              flatten(),
              dense(128, 10));
      return Model.of(net, input("x", f32("N", 3, 32, 32)), RandomKey.of(1));
    }
  };

  private static final int CLASSES = 10;

  private final Loss loss;
  private final int rows;
  private final Shape row;

  TrainedNetwork(Loss loss, int rows, Shape row) {
    this.loss = loss;
    this.rows = rows;
    this.row = row;
  }

  /// A new model.
  abstract Model model();

  /// What it is trained with.
  Loss loss() {
    return loss;
  }

  /// An epoch's rows: classes for [#LENET] and [#RESNEXT_BLOCK], the image itself for [#U_NET].
  Dataset data() {
    float[] x = RandomKey.of(7).normal(Math.toIntExact(rows * row.elements()), 0, 1);
    if (this == U_NET) {
      return Dataset.of(row, x, row, x);
    }
    int[] labels = new int[rows];
    for (int i = 0; i < rows; i++) {
      labels[i] = i % CLASSES;
    }
    return Dataset.of(row, x, labels);
  }
}
