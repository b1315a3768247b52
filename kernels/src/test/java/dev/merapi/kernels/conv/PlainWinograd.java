package dev.merapi.kernels.conv;

import static dev.merapi.kernels.conv.Winograd.SIDE;
import static dev.merapi.kernels.jit.Memory.ALL;

import dev.merapi.kernels.jit.Kernel;
import java.lang.foreign.ValueLayout;

/// Winograd's transforms as plain loops.
final class PlainWinograd {
  private static final ValueLayout.OfFloat FLOAT = ValueLayout.JAVA_FLOAT_UNALIGNED;

  private PlainWinograd() {}

  /// A [WinogradInput].
  static void input(
      long source, long target, long extent, long steps, long channelBytes, long elementBytes) {
    for (int channel = 0; channel < extent >> 32; channel++) {
      for (int tile = 0; tile < (int) extent; tile++) {
        long pixels = source + (long) channel * (int) channelBytes + 4L * tile;
        float[][] d = new float[SIDE][SIDE];
        for (int i = 0; i < SIDE; i++) {
          for (int j = 0; j < SIDE; j++) {
            long plane = (2L * (i % 2) + j % 2) * (int) steps;
            d[i][j] = ALL.get(FLOAT, pixels + plane + i / 2 * (steps >> 32) + 4L * (j / 2));
          }
        }
        float[][] mixed = transposed(rows(transposed(rows(transposed(d)))));
        // Columns first, then rows.
        for (int e = 0; e < Winograd.ELEMENTS; e++) {
          long at = target + channel * (channelBytes >> 32) + e * elementBytes + 4L * tile;
          ALL.set(FLOAT, at, mixed[e % SIDE][e / SIDE]);
        }
      }
    }
  }

  /// Each row `d` becomes `(d0 - d2, d1 + d2, d2 - d1, d1 - d3)`.
  private static float[][] rows(float[][] d) {
    float[][] mixed = new float[SIDE][];
    for (int i = 0; i < SIDE; i++) {
      mixed[i] =
          new float[] {d[i][0] - d[i][2], d[i][1] + d[i][2], d[i][2] - d[i][1], d[i][1] - d[i][3]};
    }
    return mixed;
  }

  private static float[][] transposed(float[][] d) {
    float[][] turned = new float[d[0].length][d.length];
    for (int i = 0; i < d.length; i++) {
      for (int j = 0; j < d[0].length; j++) {
        turned[j][i] = d[i][j];
      }
    }
    return turned;
  }

  /// A [WinogradOutput], without its check.
  static void output(
      long products, long sums, long extent, long lineBytes, long channelBytes, long element) {
    int lines = (int) (extent >> 32) & LineFinish.MOST_LINES;
    for (long channel = 0; channel < extent >>> 56; channel++) {
      for (int line = 0; line < lines; line++) {
        for (int tile = 0; tile < (int) extent; tile++) {
          long from = products + channel * (int) channelBytes + (long) line * (int) lineBytes;
          float[][] m = new float[SIDE][SIDE];
          for (int e = 0; e < Winograd.ELEMENTS; e++) {
            m[e / SIDE][e % SIDE] = ALL.get(FLOAT, from + e * element + 4L * tile);
          }
          float[][] outputs = transposed(ends(transposed(ends(m))));
          for (int i = 0; i < 4; i++) {
            long to =
                sums + channel * (channelBytes >> 32) + (2L * line + i / 2) * (lineBytes >> 32);
            ALL.set(FLOAT, to + 4L * (2 * tile + i % 2), outputs[i / 2][i % 2]);
          }
        }
      }
    }
  }

  /// Each row `m` becomes `((m0 + m1) + m2, (m1 - m2) - m3)`.
  private static float[][] ends(float[][] m) {
    float[][] mixed = new float[m.length][];
    for (int i = 0; i < m.length; i++) {
      mixed[i] = new float[] {m[i][0] + m[i][1] + m[i][2], m[i][1] - m[i][2] - m[i][3]};
    }
    return mixed;
  }

  /// A [WinogradFilterRoutine].
  static Kernel filter(KernelOrder order) {
    return (kernels, panel, extent, strides, elementBytes, _) -> {
      int rows = (int) (extent >> 32) & 0xffff;
      for (long input = 0; input < extent >>> 48; input++) {
        for (int row = 0; row < rows; row++) {
          long kernel = kernels + (long) row * (int) strides + input * (strides >> 32);
          double[][] g = new double[SIDE][SIDE];
          for (int tap = 0; tap < 9 && row < (int) extent; tap++) {
            g[tap / 3][tap % 3] = ALL.get(FLOAT, kernel + 4L * tap * order.tapStep());
          }
          for (int e = 0; e < Winograd.ELEMENTS; e++) {
            double[] column = new double[3];
            for (int j = 0; j < 3; j++) {
              column[j] = mixed(e / SIDE, g[0][j], g[1][j], g[2][j]);
            }
            float value = (float) mixed(e % SIDE, column[0], column[1], column[2]);
            ALL.set(FLOAT, panel + e * elementBytes + 4 * (input * rows + row), value);
          }
        }
      }
    };
  }

  /// An element of `(g0, (g0 + g2 + g1) / 2, (g0 + g2 - g1) / 2, g2)`.
  private static double mixed(int index, double g0, double g1, double g2) {
    return switch (index) {
      case 0 -> g0;
      case 1 -> 0.5 * (g0 + g2 + g1);
      case 2 -> 0.5 * (g0 + g2 - g1);
      default -> g2;
    };
  }
}
