package dev.merapi.bench;

import static java.lang.foreign.ValueLayout.JAVA_FLOAT;

import dev.merapi.graph.ConvGeometry;
import dev.merapi.graph.Dim;
import dev.merapi.graph.WindowGeometry;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.List;

/// A 3x3 convolution with stride 1 and padding 1 of one square image, as many channels out as in.
record SquareConv(int channels, int size) {
  private static final int TAPS = 3;

  ConvGeometry geometry() {
    var window = WindowGeometry.of(List.of(3L, 3L), List.of(1L, 1L), List.of(1L, 1L));
    return new ConvGeometry(channels, channels, 1, List.of(Dim.of(size), Dim.of(size)), window);
  }

  /// Products in the sum of one element.
  long products() {
    return (long) channels * TAPS * TAPS;
  }

  /// Floating-point operations, those on the padding included.
  double operations() {
    return 2.0 * products() * channels * size * size;
  }

  Operands operands(long seed, Arena arena) {
    long plane = (long) size * size;
    return new Operands(
        this,
        Floats.random(channels * plane, seed, arena),
        Floats.random(channels * products(), seed + 1, arena),
        Floats.result(channels * plane, arena));
  }

  @Override
  public String toString() {
    return channels + " ch " + size + " x " + size;
  }

  /// @param x `[C, H, W]`
  /// @param w `[O, C, 3, 3]`
  /// @param y `[O, H, W]`
  record Operands(SquareConv layer, MemorySegment x, MemorySegment w, MemorySegment y) {
    private static final int CHECKED = 37;

    /// The largest difference of a sample of `y` from the sums in double.
    double error() {
      long count = (long) layer.channels * layer.size * layer.size;
      double worst = 0;
      for (long i = 0; i < count; i += CHECKED) {
        worst = Math.max(worst, Math.abs(exact(i) - y.getAtIndex(JAVA_FLOAT, i)));
      }
      return worst;
    }

    private double exact(long index) {
      int column = (int) (index % layer.size);
      int row = (int) (index / layer.size % layer.size);
      long output = index / layer.size / layer.size;
      double sum = 0;
      for (int input = 0; input < layer.channels; input++) {
        for (int tap = 0; tap < TAPS * TAPS; tap++) {
          long weight = (output * layer.channels + input) * TAPS * TAPS + tap;
          double pixel = pixel(input, row + tap / TAPS - 1, column + tap % TAPS - 1);
          sum += pixel * w.getAtIndex(JAVA_FLOAT, weight);
        }
      }
      return sum;
    }

    private float pixel(int channel, int row, int column) {
      boolean inside = row >= 0 && row < layer.size && column >= 0 && column < layer.size;
      long index = ((long) channel * layer.size + row) * layer.size + column;
      return inside ? x.getAtIndex(JAVA_FLOAT, index) : 0;
    }
  }
}
