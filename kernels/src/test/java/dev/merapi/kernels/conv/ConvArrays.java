package dev.merapi.kernels.conv;

import dev.merapi.graph.ConvGeometry;
import dev.merapi.graph.Dim;
import dev.merapi.kernels.product.Definition;
import java.util.Random;

/// The arrays of one convolution, and its definition: once as the plain sums in the order that the
/// kernels promise, and once in double, as a walk over all pairs of a pixel and a weight.
final class ConvArrays {
  final int batch;
  final float[] x;
  final float[] w;
  final float[] y;

  private final ConvGeometry geometry;
  private final int groups;
  private final int inputs;
  private final int outputs;
  private final Line rows;
  private final Line columns;

  /// One spatial axis.
  private record Line(int source, int output, int taps, int stride, int dilation, int pad) {
    /// The source element under a tap, or a place outside.
    int under(int position, int tap) {
      return position * stride + tap * dilation - pad;
    }
  }

  /// Says which elements of the three arrays meet.
  private interface Meeting {
    void at(int x, int w, int y);
  }

  ConvArrays(ConvGeometry geometry, int batch, Random random) {
    this.geometry = geometry;
    this.batch = batch;
    this.groups = (int) geometry.groups();
    this.inputs = (int) geometry.inChannels() / groups;
    this.outputs = (int) geometry.outChannels() / groups;
    boolean flat = geometry.window().rank() == 1;
    this.rows = flat ? new Line(1, 1, 1, 1, 1, 0) : line(geometry, 0);
    this.columns = line(geometry, flat ? 0 : 1);
    this.x = values(batch * groups * inputs * rows.source * columns.source, random);
    this.w = values(groups * outputs * inputs * rows.taps * columns.taps, random);
    this.y = values(batch * groups * outputs * positions(), random);
  }

  private static Line line(ConvGeometry geometry, int axis) {
    var window = geometry.window();
    Dim source = geometry.spatial().get(axis);
    return new Line(
        (int) source.value(),
        (int) window.positions(axis, source).value(),
        window.kernel().get(axis).intValue(),
        window.strides().get(axis).intValue(),
        window.dilations().get(axis).intValue(),
        window.padLow().get(axis).intValue());
  }

  static float[] values(int count, Random random) {
    float[] values = new float[count];
    for (int i = 0; i < count; i++) {
      values[i] = random.nextFloat() * 2 - 1;
    }
    return values;
  }

  int positions() {
    return rows.output * columns.output;
  }

  int outChannels() {
    return groups * outputs;
  }

  private int taps() {
    return rows.taps * columns.taps;
  }

  private float pixel(int image, int channel, int row, int column) {
    boolean inside = row >= 0 && row < rows.source && column >= 0 && column < columns.source;
    int plane = image * groups * inputs + channel;
    return inside ? x[(plane * rows.source + row) * columns.source + column] : 0;
  }

  /// A chain of multiply-adds in blocks, as the kernels define a sum.
  private static final class Sum {
    private float total;
    private float block;
    private int length;
    private boolean first = true;

    void add(float a, float b, int blockLength) {
      block = Math.fma(a, b, block);
      if (++length == blockLength) {
        close();
      }
    }

    void close() {
      if (length > 0) {
        total = first ? block : total + block;
        first = false;
        block = 0;
        length = 0;
      }
    }

    float value() {
      close();
      return total;
    }
  }

  float[] forward() {
    float[] result = new float[y.length];
    for (int at = 0; at < result.length; at++) {
      int position = at % positions();
      int output = at / positions() % outChannels();
      int image = at / positions() / outChannels();
      Sum sum = new Sum();
      for (int channel = 0; channel < inputs; channel++) {
        for (int tap = 0; tap < taps(); tap++) {
          int row = rows.under(position / columns.output, tap / columns.taps);
          int column = columns.under(position % columns.output, tap % columns.taps);
          float a = w[(output * inputs + channel) * taps() + tap];
          sum.add(
              a, pixel(image, output / outputs * inputs + channel, row, column), Definition.BLOCK);
        }
      }
      result[at] = sum.value();
    }
    return result;
  }

  float[] data() {
    float[] result = new float[x.length];
    int plane = rows.source * columns.source;
    for (int at = 0; at < result.length; at++) {
      int row = at % plane / columns.source;
      int column = at % columns.source;
      int channel = at / plane % (groups * inputs);
      int image = at / plane / (groups * inputs);
      Sum sum = new Sum();
      for (int o = 0; o < outputs; o++) {
        int output = channel / inputs * outputs + o;
        for (int tap = taps() - 1; tap >= 0; tap--) {
          float gradient = gradient(image, output, row, column, tap);
          sum.add(
              w[(output * inputs + channel % inputs) * taps() + tap], gradient, Definition.BLOCK);
        }
      }
      result[at] = sum.value();
    }
    return result;
  }

  /// The element of `y` that meets a pixel under a tap, or zero.
  private float gradient(int image, int output, int row, int column, int tap) {
    int i = row + rows.pad - tap / columns.taps * rows.dilation;
    int j = column + columns.pad - tap % columns.taps * columns.dilation;
    boolean whole = i >= 0 && j >= 0 && i % rows.stride == 0 && j % columns.stride == 0;
    boolean inside = i / rows.stride < rows.output && j / columns.stride < columns.output;
    int plane = image * outChannels() + output;
    return whole && inside
        ? y[(plane * rows.output + i / rows.stride) * columns.output + j / columns.stride]
        : 0;
  }

  float[] forwardByWinograd() {
    return finiteOr(forward(), WinogradArrays.forward(geometry, batch, x, w));
  }

  float[] dataByWinograd() {
    return finiteOr(data(), WinogradArrays.data(geometry, batch, y, w));
  }

  /// What Winograd's method gives, and where that is not finite the plain sum.
  private static float[] finiteOr(float[] plain, float[] winograd) {
    for (int i = 0; i < plain.length; i++) {
      plain[i] = Float.isFinite(winograd[i]) ? winograd[i] : plain[i];
    }
    return plain;
  }

  float[] filter() {
    float[] result = new float[w.length];
    int whole = positions() * Math.max(1, Definition.BLOCK / positions());
    int block = positions() > Definition.BLOCK ? Definition.BLOCK : whole;
    for (int at = 0; at < result.length; at++) {
      int tap = at % taps();
      int channel = at / taps() % inputs;
      int output = at / taps() / inputs;
      Sum sum = new Sum();
      for (int image = 0; image < batch; image++) {
        for (int position = 0; position < positions(); position++) {
          int row = rows.under(position / columns.output, tap / columns.taps);
          int column = columns.under(position % columns.output, tap % columns.taps);
          float b = pixel(image, output / outputs * inputs + channel, row, column);
          sum.add(y[(image * outChannels() + output) * positions() + position], b, block);
        }
        if (positions() > Definition.BLOCK) {
          sum.close();
        }
      }
      result[at] = sum.value();
    }
    return result;
  }

  double[] exactForward() {
    double[] result = new double[y.length];
    meet((i, j, k) -> result[k] += (double) x[i] * w[j]);
    return result;
  }

  double[] exactData() {
    double[] result = new double[x.length];
    meet((i, j, k) -> result[i] += (double) y[k] * w[j]);
    return result;
  }

  double[] exactFilter() {
    double[] result = new double[w.length];
    meet((i, j, k) -> result[j] += (double) x[i] * y[k]);
    return result;
  }

  /// Visits every pair of a pixel and a weight that meet, with the position where they do.
  private void meet(Meeting meeting) {
    for (int at = 0; at < y.length; at++) {
      int position = at % positions();
      int output = at / positions() % outChannels();
      int image = at / positions() / outChannels();
      for (int channel = 0; channel < inputs; channel++) {
        int plane = (image * groups + output / outputs) * inputs + channel;
        for (int tap = 0; tap < taps(); tap++) {
          int row = rows.under(position / columns.output, tap / columns.taps);
          int column = columns.under(position % columns.output, tap % columns.taps);
          if (row >= 0 && row < rows.source && column >= 0 && column < columns.source) {
            int pixel = (plane * rows.source + row) * columns.source + column;
            meeting.at(pixel, (output * inputs + channel) * taps() + tap, at);
          }
        }
      }
    }
  }
}
