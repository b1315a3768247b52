package dev.merapi.kernels.conv;

import dev.merapi.kernels.calls.Calls;
import dev.merapi.kernels.jit.CallTime;
import dev.merapi.kernels.jit.Kernel;
import dev.merapi.kernels.target.PlanKernels;

/// Some images of one group of channels, padded, with what a pixel holds side by side.
final class ChannelsLast {
  private final PixelLayout layout;
  private final Correlation forward;
  private final int count;
  private final Transposer transposer;
  private final Kernel copy;
  private final Axis.Run rows;
  private final Axis.Run columns;

  /// @param count how many images are placed together at most
  ChannelsLast(PixelLayout layout, int count, Transposer transposer, PlanKernels kernels) {
    this.layout = layout;
    this.forward = layout.forward();
    this.count = count;
    this.transposer = transposer;
    this.rows = forward.rows().whole();
    this.columns = forward.columns().whole();
    int lanes = LineLanes.of(columns.count(), kernels.target());
    Kernel kernel = new PlaneCopy(PlaneCopy.Lines.DENSE, lanes).in(kernels);
    this.copy = CallTime.choose(kernel, (double) rows.count() * columns.count() * CallTime.MOVED);
  }

  int count() {
    return count;
  }

  /// Floats of all images.
  long length() {
    return count * layout.imageLength();
  }

  /// For each position of each image the offset in bytes of the pixel that the first tap meets.
  int[] offsets() {
    int height = forward.rows().output();
    int width = forward.columns().output();
    int[] offsets = new int[count * height * width];
    int index = 0;
    for (int image = 0; image < count; image++) {
      for (int i = 0; i < height; i++) {
        for (int j = 0; j < width; j++) {
          long line = (long) i * layout.lineStep() * layout.lineLength();
          long pixel = line + (long) j * forward.columns().stride();
          long at = image * layout.imageLength() + pixel * layout.depth();
          offsets[index++] = Correlation.offset(at);
        }
      }
    }
    return offsets;
  }

  /// Copies `images` images from `first` on; the padding in the target stays as it is.
  void place(Calls calls, long x, long target, int first, int images, int group) {
    for (int i = 0; i < images; i++) {
      long channel = ((long) (first + i) * forward.groups() + group) * forward.inputs();
      long from = x + channel * forward.sourcePlane() * Float.BYTES;
      long to = target + i * layout.imageLength() * Float.BYTES;
      switch (layout.pixel()) {
        case CHANNELS -> placeChannels(calls, from, to);
        case STRETCHES -> placeStretches(calls, from, to);
      }
    }
  }

  private void placeChannels(Calls calls, long image, long target) {
    long from = image + pixelBytes(rows.from(), columns.from());
    long to = target + lineBytes(rows.to()) + columns.to() * depthBytes();
    if (forward.inputs() == 1) {
      long strides = PlaneCopy.pair(pixelBytes(1, 0), lineBytes(1));
      long extent = PlaneCopy.pair(columns.count(), rows.count());
      calls.call(copy, from, to, extent, strides, 0, PlaneCopy.spread(1, 1, 1));
      return;
    }
    long plane = forward.sourcePlane() * Float.BYTES;
    for (int row = 0; row < rows.count(); row++) {
      transposer.transpose(
          calls,
          from + pixelBytes(row, 0),
          to + lineBytes(row),
          plane,
          forward.inputs(),
          columns.count(),
          layout.depth());
    }
  }

  private void placeStretches(Calls calls, long image, long target) {
    Axis axis = forward.rows();
    for (int output = 0; output < axis.output(); output++) {
      int top = output * axis.stride() - axis.pad();
      // Taps below `first` and from `end` on lie in the padding.
      int first = Math.ceilDiv(Math.max(0, -top), axis.dilation());
      int end = Math.min(axis.taps(), Math.ceilDiv(axis.source() - top, axis.dilation()));
      if (first >= end) {
        continue;
      }
      long to = target + lineBytes(output) + columns.to() * depthBytes();
      for (int channel = 0; channel < forward.inputs(); channel++) {
        long plane = image + channel * forward.sourcePlane() * Float.BYTES;
        transposer.transpose(
            calls,
            plane + pixelBytes(top + first * axis.dilation(), columns.from()),
            to + (long) (channel * axis.taps() + first) * Float.BYTES,
            pixelBytes(axis.dilation(), 0),
            end - first,
            columns.count(),
            layout.depth());
      }
    }
  }

  /// Bytes from the first pixel of a channel to another one.
  private long pixelBytes(int row, int column) {
    return ((long) row * forward.columns().source() + column) * Float.BYTES;
  }

  /// Bytes of a number of lines of the target.
  private long lineBytes(int lines) {
    return (long) lines * layout.lineLength() * depthBytes();
  }

  private long depthBytes() {
    return (long) layout.depth() * Float.BYTES;
  }
}
