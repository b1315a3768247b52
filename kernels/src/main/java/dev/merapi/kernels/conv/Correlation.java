package dev.merapi.kernels.conv;

import dev.merapi.MerapiException;
import dev.merapi.MerapiException.Kind;
import dev.merapi.graph.ConvGeometry;
import dev.merapi.graph.Dim;
import dev.merapi.graph.WindowGeometry;
import java.util.List;

/// A correlation of a batch of images with a bank of kernels: what FORWARD and DATA have in common.
///
/// @param batch images
/// @param groups groups of channels
/// @param inputs channels of the source in a group
/// @param outputs channels of the output in a group
/// @param rows the vertical axis
/// @param columns the horizontal axis
record Correlation(int batch, int groups, int inputs, int outputs, Axis rows, Axis columns) {
  /// The most steps of a sum: there are tables of them.
  private static final long MOST_STEPS = 1 << 20;

  /// [WindowGeometry#MOST_PLACES] bounds each axis; this bounds the products that are taken of them
  /// in `int`.
  ///
  /// @throws MerapiException of kind `SHAPE` if there are too many channels or steps
  Correlation {
    size("channels", (long) groups * inputs);
    size("channels", (long) groups * outputs);
    double steps = (double) inputs * rows.taps() * columns.taps();
    if (steps > MOST_STEPS) {
      throw MerapiException.of(Kind.SHAPE, "conv: size beyond the kernels' range")
          .with("inputs", inputs)
          .with("kernel", List.of(rows.taps(), columns.taps()))
          .with("limit", MOST_STEPS)
          .hint("an element of the result is a sum of as many products");
    }
  }

  /// `(x, w) -> y`.
  static Correlation forward(ConvGeometry geometry, long batch) {
    return new Correlation(
        size("batch", batch),
        size("groups", geometry.groups()),
        size("inChannels", geometry.inChannels() / geometry.groups()),
        size("outChannels", geometry.outChannels() / geometry.groups()),
        axis(geometry, 0),
        axis(geometry, 1));
  }

  /// `(dy, w) -> dx`: the kernels are turned by half a turn, and `stride - 1` zeros lie between the
  /// elements of `dy`.
  static Correlation data(ConvGeometry geometry, long batch) {
    Correlation forward = forward(geometry, batch);
    return new Correlation(
        forward.batch,
        forward.groups,
        forward.outputs,
        forward.inputs,
        reverse(forward.rows),
        reverse(forward.columns));
  }

  /// Taps of a kernel.
  int taps() {
    return rows.taps() * columns.taps();
  }

  /// Steps of a sum.
  int steps() {
    return inputs * taps();
  }

  /// Floats of one channel of the source.
  long sourcePlane() {
    return (long) rows.source() * columns.source();
  }

  /// Floats of one channel of the output.
  long outputPlane() {
    return (long) rows.output() * columns.output();
  }

  /// An offset in bytes as the tables of micro-kernels hold it, and the arguments of other kernels.
  ///
  /// @throws MerapiException of kind `SHAPE` if it is beyond 2^31
  static int offset(long floats) {
    return size("offset", floats * Float.BYTES);
  }

  private static Axis reverse(Axis axis) {
    int pad = axis.dilation() * (axis.taps() - 1) - axis.pad();
    return new Axis(
        axis.output(), axis.source(), axis.taps(), 1, axis.dilation(), axis.stride(), pad);
  }

  /// An axis of a geometry with one or two; with one, images have height 1.
  private static Axis axis(ConvGeometry geometry, int axis) {
    int rank = geometry.window().rank();
    if (rank < 1 || rank > 2) {
      throw MerapiException.of(Kind.UNSUPPORTED_OP, "conv: one or two spatial axes on the CPU")
          .with("spatial", geometry.spatial());
    }
    int index = axis - 2 + rank;
    if (index < 0) {
      return new Axis(1, 1, 1, 1, 1, 1, 0);
    }
    WindowGeometry window = geometry.window();
    Dim source = geometry.spatial().get(index);
    Dim output = window.positions(index, source);
    // Steps that nothing takes may be as large as they like.
    long stride = output.value() == 1 ? 1 : window.strides().get(index);
    if (stride > PlaneCopy.MOST_STEP) {
      throw MerapiException.of(Kind.SHAPE, "conv: size beyond the kernels' range")
          .with("stride", stride)
          .with("allowed", List.of(1, PlaneCopy.MOST_STEP));
    }
    long dilation = window.kernel().get(index) == 1 ? 1 : window.dilations().get(index);
    return new Axis(
        size("size", source.value()),
        size("positions", output.value()),
        size("kernel", window.kernel().get(index)),
        size("stride", stride),
        size("dilation", dilation),
        1,
        size("padding", window.padLow().get(index)));
  }

  static int size(String name, long value) {
    if (value != (int) value) {
      throw MerapiException.of(Kind.SHAPE, "conv: size beyond the kernels' range")
          .with(name, value)
          .with("allowed", List.of(0, Integer.MAX_VALUE));
    }
    return (int) value;
  }
}
