package dev.merapi.kernels.conv;

import static dev.merapi.kernels.jit.Memory.ALL;

import dev.merapi.kernels.jit.Fma;
import dev.merapi.kernels.product.Definition;
import java.lang.foreign.ValueLayout;

/// One element of a correlation as its plain sum, a block of k after the other as everywhere.
///
/// Winograd's differences make NaN of an infinite pixel or weight, and may overflow where the sum
/// does not. Whatever is wrong with an element in such a way, it shows in the element being not
/// finite, and then this sum is what it is defined to be. A pixel that an output does not meet has
/// no part in that output's products either, so it spoils nothing.
record PlainSum(Correlation problem, KernelOrder order) {
  private static final ValueLayout.OfFloat FLOAT = ValueLayout.JAVA_FLOAT_UNALIGNED;

  /// Computes an element.
  ///
  /// @param pixels address of the first channel of its image and group
  /// @param weights address of `w`
  /// @param group its group
  /// @param channel its output channel in the group
  float of(long pixels, long weights, int group, int channel, int row, int column) {
    long kernel = weights + order.first(problem, group, channel) * Float.BYTES;
    long kernelBytes = order.channelStep(problem) * Float.BYTES;
    long tapBytes = (long) order.tapStep() * Float.BYTES;
    long planeBytes = problem.sourcePlane() * Float.BYTES;
    float total = 0;
    float block = 0;
    int steps = 0;
    for (int input = 0; input < problem.inputs(); input++) {
      long plane = pixels + input * planeBytes;
      long weight = kernel + input * kernelBytes;
      for (int i = 0; i < problem.rows().taps(); i++) {
        for (int j = 0; j < problem.columns().taps(); j++) {
          block = Fma.fma(ALL.get(FLOAT, weight), pixel(plane, row + i, column + j), block);
          weight += tapBytes;
          if (++steps % Definition.BLOCK == 0) {
            total = steps == Definition.BLOCK ? block : total + block;
            block = 0;
          }
        }
      }
      if (Float.isNaN(block) || Float.isNaN(total)) {
        return Float.NaN; // whatever follows
      }
    }
    return steps < Definition.BLOCK ? block : steps % Definition.BLOCK == 0 ? total : total + block;
  }

  /// The pixel at a place of the padded image.
  private float pixel(long plane, int row, int column) {
    int i = row - problem.rows().pad();
    int j = column - problem.columns().pad();
    int width = problem.columns().source();
    boolean inside = i >= 0 && i < problem.rows().source() && j >= 0 && j < width;
    return inside ? ALL.get(FLOAT, plane + ((long) i * width + j) * Float.BYTES) : 0;
  }
}
