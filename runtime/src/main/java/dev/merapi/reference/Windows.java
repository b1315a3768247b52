package dev.merapi.reference;

import dev.merapi.graph.Dim;
import dev.merapi.graph.Monoid;
import dev.merapi.graph.WindowGeometry;
import java.util.Arrays;

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
    channels = Indices.count(sizes, 0, 2);
    plane = Indices.count(sizes, 2, sizes.length);
    taps = geometry.kernel().stream().mapToInt(Math::toIntExact).reduce(1, (a, b) -> a * b);
    places = places(geometry, Arrays.copyOfRange(sizes, 2, sizes.length));
  }

  private static int[] places(WindowGeometry geometry, int[] spatial) {
    int[] places = {0};
    for (int axis = 0; axis < spatial.length; axis++) {
      places = extended(places, geometry, axis, spatial);
    }
    return places;
  }

  /// The places over one axis more. Positions and taps interleave here as `[position, tap]` pairs,
  /// so the table is rebuilt as `[positions..., taps...]` at each step.
  private static int[] extended(int[] known, WindowGeometry geometry, int axis, int[] spatial) {
    int size = spatial[axis];
    int positions = Math.toIntExact(geometry.positions(axis, Dim.of(size)).value());
    int kernel = Math.toIntExact(geometry.kernel().get(axis));
    int knownTaps = 1;
    for (int before = 0; before < axis; before++) {
      knownTaps *= Math.toIntExact(geometry.kernel().get(before));
    }
    int[] places = new int[known.length * positions * kernel];
    for (int i = 0; i < places.length; i++) {
      int tap = i % kernel;
      int knownTap = i / kernel % knownTaps;
      int position = i / kernel / knownTaps % positions;
      int knownPosition = i / kernel / knownTaps / positions;
      long at =
          position * geometry.strides().get(axis)
              + tap * geometry.dilations().get(axis)
              - geometry.padLow().get(axis);
      int place = known[knownPosition * knownTaps + knownTap];
      boolean inside = place != OUTSIDE && at >= 0 && at < size;
      places[i] = inside ? place * size + (int) at : OUTSIDE;
    }
    return places;
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
