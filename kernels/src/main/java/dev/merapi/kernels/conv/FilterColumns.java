package dev.merapi.kernels.conv;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.IntUnaryOperator;

/// The columns of the product that gives a filter's gradient: one for each channel and tap, ordered
/// so that those which read neighbouring floats of an image share vectors.
///
/// A run is a stretch of columns without gaps: what the pixels of one row of the kernel hold or,
/// with dilation, a single one of them. Each run begins a new vector.
final class FilterColumns {
  private static final int NONE = -1;

  private final List<Integer> bases = new ArrayList<>();
  private final List<int[]> places = new ArrayList<>();
  private final int lanes;

  FilterColumns(PixelLayout layout, int lanes) {
    this.lanes = lanes;
    Axis rows = layout.forward().rows();
    switch (layout.pixel()) {
      case CHANNELS -> {
        for (int i = 0; i < rows.taps(); i++) {
          int row = i;
          int taps = layout.forward().columns().taps();
          int pixel = i * rows.dilation() * layout.lineLength();
          addRow(layout, pixel, channel -> channel * rows.taps() * taps + row * taps);
        }
      }
      case STRETCHES -> {
        int taps = layout.forward().columns().taps();
        addRow(layout, 0, stretch -> stretch * taps);
      }
    }
  }

  /// Adds the runs of one row of pixels.
  ///
  /// @param pixel the first one, counted from the position's
  /// @param place where the sum of a pixel's float belongs, for the first column of the kernel
  private void addRow(PixelLayout layout, int pixel, IntUnaryOperator place) {
    Axis columns = layout.forward().columns();
    int depth = layout.depth();
    if (columns.dilation() == 1) {
      addRun(
          pixel * depth, columns.taps() * depth, at -> place.applyAsInt(at % depth) + at / depth);
      return;
    }
    for (int j = 0; j < columns.taps(); j++) {
      int tap = j;
      int base = (pixel + j * columns.dilation()) * depth;
      addRun(base, depth, at -> place.applyAsInt(at) + tap);
    }
  }

  private void addRun(int base, int length, IntUnaryOperator place) {
    for (int first = 0; first < length; first += lanes) {
      int[] lanePlaces = new int[lanes];
      Arrays.fill(lanePlaces, NONE);
      for (int lane = 0; lane < Math.min(lanes, length - first); lane++) {
        lanePlaces[lane] = place.applyAsInt(first + lane);
      }
      bases.add(base + first);
      places.add(lanePlaces);
    }
  }

  int vectors() {
    return bases.size();
  }

  /// Floats from a position's pixel to a vector; vectors behind the last repeat it.
  int base(int vector) {
    return bases.get(Math.min(vector, vectors() - 1));
  }

  /// Where a lane's sum belongs in `[C/groups,KH,KW]`, negative for a lane that holds none.
  int place(int vector, int lane) {
    return vector < vectors() ? places.get(vector)[lane] : NONE;
  }
}
