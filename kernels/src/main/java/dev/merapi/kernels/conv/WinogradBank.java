package dev.merapi.kernels.conv;

import static dev.merapi.kernels.emit.Memory.ALL;

import java.lang.foreign.ValueLayout;

/// The transformed weights of a Winograd convolution, `U = G g G'`, computed in double and rounded
/// once.
///
/// Behind the address of the weights themselves they lie in panels of some output channels: for
/// each element of the transform and each input channel the weights of the panel's channels, zeros
/// where there are none.
///
/// @param rows output channels of a panel
record WinogradBank(Correlation problem, KernelOrder order, int rows) {
  private static final ValueLayout.OfFloat FLOAT = ValueLayout.JAVA_FLOAT_UNALIGNED;
  private static final ValueLayout.OfLong LONG = ValueLayout.JAVA_LONG_UNALIGNED;
  private static final double HALF = 0.5;

  /// Bytes before the panels, of which the first hold the address of the weights.
  private static final int HEADER = 64;

  /// Panels of all groups.
  private int panels() {
    return problem.groups() * panelsOfGroup();
  }

  private int panelsOfGroup() {
    return Math.ceilDiv(problem.outputs(), rows);
  }

  /// Bytes of one panel and one element of the transform.
  long elementBytes() {
    return (long) problem.inputs() * rows * Float.BYTES;
  }

  private long panelBytes() {
    return Winograd.ELEMENTS * elementBytes();
  }

  long bytes() {
    return HEADER + panels() * panelBytes();
  }

  /// Address of a panel.
  long panel(long packed, int panel) {
    return packed + HEADER + panel * panelBytes();
  }

  /// Address of the `w` that was packed.
  static long weights(long packed) {
    return ALL.get(LONG, packed);
  }

  /// Transforms all weights.
  ///
  /// @param w address of `w`, which must stay there
  /// @param packed address of [#bytes] bytes
  void pack(long w, long packed) {
    ALL.set(LONG, packed, w);
    for (int panel = 0; panel < panels(); panel++) {
      int group = panel / panelsOfGroup();
      for (int row = 0; row < rows; row++) {
        int output = panel % panelsOfGroup() * rows + row;
        long to = panel(packed, panel) + (long) row * Float.BYTES;
        if (output < problem.outputs()) {
          packRow(w + order.first(problem, group, output) * Float.BYTES, to);
        } else {
          clearRow(to);
        }
      }
    }
  }

  private void clearRow(long to) {
    long stride = (long) rows * Float.BYTES;
    for (int i = 0; i < Winograd.ELEMENTS * problem.inputs(); i++) {
      ALL.set(FLOAT, to + i * stride, 0);
    }
  }

  private void packRow(long kernel, long to) {
    long channelBytes = order.channelStep(problem) * Float.BYTES;
    long stride = (long) rows * Float.BYTES;
    for (int input = 0; input < problem.inputs(); input++) {
      transform(kernel + input * channelBytes, to + input * stride);
    }
  }

  /// Transforms one kernel. A column `g` becomes `(g0, (g0 + g2 + g1) / 2, (g0 + g2 - g1) / 2,
  /// g2)`, and then each row of that in the same way.
  private void transform(long kernel, long to) {
    for (int row = 0; row < Winograd.SIDE; row++) {
      double left = mixed(row, weight(kernel, 0), weight(kernel, 3), weight(kernel, 6));
      double middle = mixed(row, weight(kernel, 1), weight(kernel, 4), weight(kernel, 7));
      double right = mixed(row, weight(kernel, 2), weight(kernel, 5), weight(kernel, 8));
      for (int column = 0; column < Winograd.SIDE; column++) {
        long at = to + (row * Winograd.SIDE + column) * elementBytes();
        ALL.set(FLOAT, at, (float) mixed(column, left, middle, right));
      }
    }
  }

  private double weight(long kernel, int tap) {
    return ALL.get(FLOAT, kernel + (long) tap * order.tapStep() * Float.BYTES);
  }

  private static double mixed(int index, double g0, double g1, double g2) {
    return switch (index) {
      case 0 -> g0;
      case 1 -> HALF * (g0 + g2 + g1);
      case 2 -> HALF * (g0 + g2 - g1);
      default -> g2;
    };
  }
}
