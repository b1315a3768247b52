package dev.merapi.reference;

import dev.merapi.graph.Dim;
import dev.merapi.graph.Monoid;
import dev.merapi.graph.Shape;
import dev.merapi.graph.WindowGeometry;
import java.util.Arrays;
import java.util.stream.IntStream;

/// Where a sliding window reads: for each of its positions and each of its taps (both counted
/// row-major), the place within one channel's spatial elements.
final class Windows {
  /// The place of what lies in the padding.
  static final int OUTSIDE = -1;

  private final int channels;
  private final int plane;
  private final int taps;
  private final int[] places;

  /// @param sizes the sizes `[N,C,spatial...]`
  Windows(WindowGeometry geometry, int[] sizes) {
    int[] spatial = Arrays.copyOfRange(sizes, 2, sizes.length);
    channels = Indices.count(sizes, 0, 2);
    plane = Indices.count(spatial);
    int[] kernel = geometry.kernel().stream().mapToInt(Math::toIntExact).toArray();
    taps = Indices.count(Indices.sizes(Shape.of(geometry.kernel().toArray())));
    var axes = IntStream.range(0, spatial.length).boxed();
    var sought = axes.map(axis -> geometry.positions(axis, Dim.of(spatial[axis]))).toList();
    int[] positions = Indices.sizes(new Shape(sought));
    int count = Indices.count(Indices.sizes(Shape.of(Indices.count(positions), taps)));
    places = new int[channels == 0 ? 0 : count]; // nobody asks where there is no channel
    for (int i = 0; i < places.length; i++) {
      places[i] = place(geometry, spatial, positions, kernel, i / taps, i % taps);
    }
  }

  private static int place(
      WindowGeometry geometry,
      int[] spatial,
      int[] positions,
      int[] kernel,
      int position,
      int tap) {
    int place = 0;
    int stride = 1;
    int positionsLeft = position;
    int tapsLeft = tap;
    for (int axis = spatial.length - 1; axis >= 0; axis--) {
      long at =
          positionsLeft % positions[axis] * geometry.strides().get(axis)
              + tapsLeft % kernel[axis] * geometry.dilations().get(axis)
              - geometry.padLow().get(axis);
      if (at < 0 || at >= spatial[axis]) {
        return OUTSIDE;
      }
      place += (int) at * stride;
      stride *= spatial[axis];
      positionsLeft /= positions[axis];
      tapsLeft /= kernel[axis];
    }
    return place;
  }

  /// The number of positions.
  int positions() {
    return places.length / taps;
  }

  /// The number of taps.
  int taps() {
    return taps;
  }

  /// The number of spatial elements.
  int plane() {
    return plane;
  }

  /// Where a tap reads at a position, or [#OUTSIDE].
  int place(int position, int tap) {
    return places[position * taps + tap];
  }

  double[] pool(Monoid monoid, Elements x) {
    double[] data = new double[channels * positions()];
    for (int i = 0; i < data.length; i++) {
      double joined = monoid.identity();
      for (int tap = 0; tap < taps; tap++) {
        int place = place(i % positions(), tap);
        if (place != OUTSIDE) {
          double element = x.data()[i / positions() * plane + place];
          joined = Reductions.combine(monoid, x.type().dtype(), joined, element);
        }
      }
      data[i] = joined;
    }
    return data;
  }

  double[] poolGradient(Monoid monoid, Elements x, double[] gradient) {
    double[] data = new double[x.data().length];
    for (int i = 0; i < gradient.length; i++) {
      int channel = i / positions() * plane;
      int position = i % positions();
      switch (monoid) {
        case SUM -> {
          for (int tap = 0; tap < taps; tap++) {
            int place = place(position, tap);
            if (place != OUTSIDE) {
              data[channel + place] += gradient[i];
            }
          }
        }
        case MAX, MIN -> {
          int winner = winner(monoid, x.data(), channel, position);
          if (winner != OUTSIDE) {
            data[channel + winner] += gradient[i];
          }
        }
      }
    }
    return data;
  }

  /// The place of the first extreme element under the window; outside if all of it is padding.
  private int winner(Monoid monoid, double[] x, int channel, int position) {
    int best = OUTSIDE;
    for (int tap = 0; tap < taps; tap++) {
      int place = place(position, tap);
      boolean wins =
          place != OUTSIDE
              && (best == OUTSIDE
                  || Reductions.replaces(monoid, x[channel + place], x[channel + best]));
      best = wins ? place : best;
    }
    return best;
  }
}
