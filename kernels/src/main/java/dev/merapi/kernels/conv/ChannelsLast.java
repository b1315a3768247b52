package dev.merapi.kernels.conv;

import dev.merapi.kernels.emit.KernelCache;
import dev.merapi.kernels.emit.Lanes;
import dev.merapi.kernels.emit.TieredKernel;
import java.util.List;

/// Some images of one group of channels, padded, with the channels of each pixel side by side.
final class ChannelsLast {
  private final Correlation forward;
  private final int count;
  private final Transposer transposer;
  private final TieredKernel copy;
  private final int lines;
  private final int lineLength;

  /// @param count how many images are placed together at most
  ChannelsLast(
      Correlation forward, int count, Transposer transposer, Lanes lanes, KernelCache cache) {
    this.forward = forward;
    this.count = count;
    this.transposer = transposer;
    this.copy = new PlaneCopy(PlaneCopy.Lines.DENSE, lanes).in(cache);
    this.lines = forward.rows().places();
    this.lineLength = forward.columns().places();
  }

  int count() {
    return count;
  }

  List<TieredKernel> kernels() {
    return List.of(copy);
  }

  /// Pixels of a padded line.
  int lineLength() {
    return lineLength;
  }

  /// Floats of all images.
  long length() {
    return count * imageLength();
  }

  private long imageLength() {
    return (long) lines * lineLength * forward.inputs();
  }

  /// For each position of each image the offset in bytes of the pixel that the first tap meets.
  int[] offsets() {
    int rows = forward.rows().output();
    int columns = forward.columns().output();
    int[] offsets = new int[count * rows * columns];
    int index = 0;
    for (int image = 0; image < count; image++) {
      for (int i = 0; i < rows; i++) {
        for (int j = 0; j < columns; j++) {
          long pixel =
              (long) i * forward.rows().stride() * lineLength
                  + (long) j * forward.columns().stride();
          long at = image * imageLength() + pixel * forward.inputs();
          offsets[index++] = Math.toIntExact(at * Float.BYTES);
        }
      }
    }
    return offsets;
  }

  /// Copies `images` images from `first` on; the padding in the target stays as it is.
  void place(long x, long target, int first, int images, int group) {
    Axis.Run rows = forward.rows().whole();
    Axis.Run columns = forward.columns().whole();
    for (int i = 0; i < images; i++) {
      long channel = ((long) (first + i) * forward.groups() + group) * forward.inputs();
      long pixel = (long) rows.from() * forward.columns().source() + columns.from();
      long from = x + (channel * forward.sourcePlane() + pixel) * Float.BYTES;
      long corner = (long) rows.to() * lineLength + columns.to();
      long to = target + (i * imageLength() + corner * forward.inputs()) * Float.BYTES;
      if (forward.inputs() == 1) {
        copyImage(from, to, rows.count(), columns.count());
      } else {
        transposeImage(from, to, rows.count(), columns.count());
      }
    }
  }

  private void copyImage(long from, long to, int rowCount, int columnCount) {
    copy.run(
        from,
        to,
        PlaneCopy.pair(columnCount, rowCount),
        PlaneCopy.pair(
            (long) forward.columns().source() * Float.BYTES, (long) lineLength * Float.BYTES),
        0,
        PlaneCopy.spread(1, 1, 1));
  }

  private void transposeImage(long from, long to, int rowCount, int columnCount) {
    long sourceLine = (long) forward.columns().source() * Float.BYTES;
    long targetLine = (long) lineLength * forward.inputs() * Float.BYTES;
    long plane = forward.sourcePlane() * Float.BYTES;
    for (int row = 0; row < rowCount; row++) {
      transposer.transpose(
          from + row * sourceLine,
          to + row * targetLine,
          plane,
          forward.inputs(),
          columnCount,
          forward.inputs());
    }
  }
}
