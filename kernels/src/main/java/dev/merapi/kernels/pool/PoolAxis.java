package dev.merapi.kernels.pool;

import dev.merapi.MerapiException;
import dev.merapi.MerapiException.Kind;
import dev.merapi.graph.Dim;
import dev.merapi.graph.WindowGeometry;

/// One spatial axis of a pooling: at position `o`, tap `k` meets element `o * stride + k * dilation
/// - pad`, or padding if there is no such element.
///
/// @param size elements of the operand
/// @param positions elements of the result
/// @param taps elements of the window
/// @param stride elements from one position to the next
/// @param dilation elements from one tap to the next
/// @param pad padding before the first element
record PoolAxis(int size, int positions, int taps, int stride, int dilation, int pad) {
  /// An axis of one element, for images that have only one axis.
  static final PoolAxis NONE = new PoolAxis(1, 1, 1, 1, 1, 0);

  static PoolAxis of(WindowGeometry geometry, int axis, long size) {
    long positions = geometry.positions(axis, Dim.of(size)).value();
    // What nothing steps over is 1: so all places are within the padded size, which is limited.
    boolean single = positions == 1;
    boolean oneTap = geometry.kernel().get(axis) == 1;
    return new PoolAxis(
        size("size", size),
        size("positions", positions),
        size("kernel", geometry.kernel().get(axis)),
        single ? 1 : size("stride", geometry.strides().get(axis)),
        oneTap ? 1 : size("dilation", geometry.dilations().get(axis)),
        size("padding", geometry.padLow().get(axis)));
  }

  static int size(String name, long value) {
    if (value != (int) value) {
      throw MerapiException.of(Kind.SHAPE, "pooling: size beyond the kernels' range")
          .with(name, value)
          .with("limit", Integer.MAX_VALUE);
    }
    return (int) value;
  }

  /// Where tap 0 lies at a position; negative in the padding.
  int place(int position) {
    return position * stride - pad;
  }

  /// The first tap that is not in the padding before the elements.
  int firstTap(int position) {
    int place = place(position);
    return place >= 0 ? 0 : Math.ceilDiv(-place, dilation);
  }

  /// The tap behind the last that meets an element. Not above [#firstTap] where none does.
  int endTap(int position) {
    int place = place(position);
    int reach = (taps - 1) * dilation + 1;
    return place <= size - reach ? taps : Math.ceilDiv(Math.max(0, size - place), dilation);
  }

  /// The first position whose window has nothing of the padding before the elements.
  int inner() {
    return Math.min(positions, Math.ceilDiv(pad, stride));
  }

  /// The position behind the last one of those, from [#inner] on, whose windows lie inside.
  int innerEnd() {
    int reach = (taps - 1) * dilation + 1;
    int fitting = Math.floorDiv(size - reach + pad, stride) + 1;
    return Math.max(inner(), Math.min(positions, fitting));
  }
}
