package dev.merapi.kernels.conv;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/// The columns of the product that gives a filter's gradient: one for each channel and tap, ordered
/// so that those which read neighbouring floats of a channels-last image share vectors.
///
/// A run is a stretch of columns without gaps: the channels of one tap or, without dilation, of a
/// whole row of the kernel. Each run begins a new vector.
final class FilterColumns {
  private static final int NONE = -1;

  private final List<Integer> bases = new ArrayList<>();
  private final List<int[]> places = new ArrayList<>();
  private final Correlation forward;
  private final int lanes;

  FilterColumns(Correlation forward, int lineLength, int lanes) {
    this.forward = forward;
    this.lanes = lanes;
    Axis rows = forward.rows();
    Axis columns = forward.columns();
    boolean joined = columns.dilation() == 1;
    for (int i = 0; i < rows.taps(); i++) {
      int line = i * rows.dilation() * lineLength;
      if (joined) {
        addRun(line, i * columns.taps(), columns.taps());
      } else {
        for (int j = 0; j < columns.taps(); j++) {
          addRun((line + j * columns.dilation()), i * columns.taps() + j, 1);
        }
      }
    }
  }

  private void addRun(int pixel, int firstTap, int taps) {
    int channels = forward.inputs();
    int length = taps * channels;
    for (int first = 0; first < length; first += lanes) {
      int[] lanePlaces = new int[lanes];
      Arrays.fill(lanePlaces, NONE);
      for (int lane = 0; lane < Math.min(lanes, length - first); lane++) {
        int tap = firstTap + (first + lane) / channels;
        int channel = (first + lane) % channels;
        lanePlaces[lane] = channel * tapCount() + tap;
      }
      bases.add(pixel * channels + first);
      places.add(lanePlaces);
    }
  }

  private int tapCount() {
    return forward.rows().taps() * forward.columns().taps();
  }

  int vectors() {
    return bases.size();
  }

  /// Floats from a pixel of the image to a vector; vectors behind the last repeat it.
  int base(int vector) {
    return bases.get(Math.min(vector, vectors() - 1));
  }

  /// Where a lane's sum belongs in `[C/groups,KH,KW]`, negative for a lane that holds none.
  int place(int vector, int lane) {
    return vector < vectors() ? places.get(vector)[lane] : NONE;
  }
}
