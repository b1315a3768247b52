package dev.merapi.kernels.conv;

import dev.merapi.graph.ConvGeometry;

/// The definition of a convolution by F(2x2, 3x3), tile by tile, for one image size and padding.
///
/// @param batch images
/// @param groups groups of channels
/// @param inputs channels of the source in a group
/// @param outputs channels of the result in a group
/// @param height lines of the source
/// @param width pixels of a line
/// @param pad zeros before and behind
record WinogradArrays(
    int batch, int groups, int inputs, int outputs, int height, int width, int pad) {
  /// Says which weight an output channel, an input channel of its group, and a tap have.
  private interface Weights {
    float at(int group, int output, int input, int tap);
  }

  private static WinogradArrays of(
      ConvGeometry geometry, int batch, long inputs, long outputs, int h, int w, int pad) {
    int groups = (int) geometry.groups();
    return new WinogradArrays(
        batch, groups, (int) inputs / groups, (int) outputs / groups, h, w, pad);
  }

  /// `(x, w) -> y`.
  static float[] forward(ConvGeometry geometry, int batch, float[] x, float[] w) {
    int pad = geometry.window().padLow().getFirst().intValue();
    int height = (int) geometry.spatial().get(0).value();
    int width = (int) geometry.spatial().get(1).value();
    var arrays =
        of(geometry, batch, geometry.inChannels(), geometry.outChannels(), height, width, pad);
    return arrays.correlate(
        x,
        (group, output, input, tap) ->
            w[((group * arrays.outputs + output) * arrays.inputs + input) * 9 + tap]);
  }

  /// `(dy, w) -> dx`.
  static float[] data(ConvGeometry geometry, int batch, float[] dy, float[] w) {
    int pad = geometry.window().padLow().getFirst().intValue();
    int height = (int) geometry.spatial().get(0).value() + 2 * pad - 2;
    int width = (int) geometry.spatial().get(1).value() + 2 * pad - 2;
    var arrays =
        of(geometry, batch, geometry.outChannels(), geometry.inChannels(), height, width, 2 - pad);
    return arrays.correlate(
        dy,
        (group, output, input, tap) ->
            w[((group * arrays.inputs + input) * arrays.outputs + output) * 9 + 8 - tap]);
  }

  private float[] correlate(float[] source, Weights weights) {
    int rows = height + 2 * pad - 2;
    int columns = width + 2 * pad - 2;
    float[] result = new float[batch * groups * outputs * rows * columns];
    for (int plane = 0; plane < batch * groups * outputs; plane++) {
      int slice = plane / outputs;
      for (int i = 0; i < rows; i += 2) {
        for (int j = 0; j < columns; j += 2) {
          float[][] tile = tile(source, weights, slice, plane % outputs, i, j);
          for (int a = 0; a < Math.min(2, rows - i); a++) {
            for (int b = 0; b < Math.min(2, columns - j); b++) {
              result[(plane * rows + i + a) * columns + j + b] = tile[a][b];
            }
          }
        }
      }
    }
    return result;
  }

  /// The four outputs from `(i, j)` on.
  private float[][] tile(float[] source, Weights weights, int slice, int output, int i, int j) {
    float[][] products = new float[4][4];
    for (int input = 0; input < inputs; input++) {
      float[][] v = pixels(source, slice * inputs + input, i, j);
      float[][] u = weights(weights, slice % groups, output, input);
      for (int a = 0; a < 4; a++) {
        for (int b = 0; b < 4; b++) {
          products[a][b] = Math.fma(u[a][b], v[a][b], products[a][b]);
        }
      }
    }
    float[][] half = new float[4][];
    for (int a = 0; a < 4; a++) {
      half[a] = outputs(products[a][0], products[a][1], products[a][2], products[a][3]);
    }
    float[] left = outputs(half[0][0], half[1][0], half[2][0], half[3][0]);
    float[] right = outputs(half[0][1], half[1][1], half[2][1], half[3][1]);
    return new float[][] {{left[0], right[0]}, {left[1], right[1]}};
  }

  private static float[] outputs(float m0, float m1, float m2, float m3) {
    return new float[] {m0 + m1 + m2, m1 - m2 - m3};
  }

  private float[][] pixels(float[] source, int plane, int i, int j) {
    float[][] columns = new float[4][];
    for (int b = 0; b < 4; b++) {
      float d0 = pixel(source, plane, i, j + b);
      float d1 = pixel(source, plane, i + 1, j + b);
      float d2 = pixel(source, plane, i + 2, j + b);
      float d3 = pixel(source, plane, i + 3, j + b);
      columns[b] = mixed(d0, d1, d2, d3);
    }
    float[][] rows = new float[4][];
    for (int a = 0; a < 4; a++) {
      rows[a] = mixed(columns[0][a], columns[1][a], columns[2][a], columns[3][a]);
    }
    return rows;
  }

  private static float[] mixed(float d0, float d1, float d2, float d3) {
    return new float[] {d0 - d2, d1 + d2, d2 - d1, d1 - d3};
  }

  private float pixel(float[] source, int plane, int row, int column) {
    int i = row - pad;
    int j = column - pad;
    boolean inside = i >= 0 && i < height && j >= 0 && j < width;
    return inside ? source[(plane * height + i) * width + j] : 0;
  }

  private static float[][] weights(Weights weights, int group, int output, int input) {
    double[][] columns = new double[3][];
    for (int b = 0; b < 3; b++) {
      columns[b] =
          spread(
              weights.at(group, output, input, b),
              weights.at(group, output, input, 3 + b),
              weights.at(group, output, input, 6 + b));
    }
    float[][] rows = new float[4][4];
    for (int a = 0; a < 4; a++) {
      double[] row = spread(columns[0][a], columns[1][a], columns[2][a]);
      for (int b = 0; b < 4; b++) {
        rows[a][b] = (float) row[b];
      }
    }
    return rows;
  }

  private static double[] spread(double g0, double g1, double g2) {
    return new double[] {g0, (g0 + g2 + g1) / 2, (g0 + g2 - g1) / 2, g2};
  }
}
