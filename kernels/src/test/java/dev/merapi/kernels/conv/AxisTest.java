package dev.merapi.kernels.conv;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.merapi.kernels.conv.Axis.Run;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/// Which elements go where, compared with trying every place.
class AxisTest {
  /// Source element and place in the plane.
  private record Copy(int from, int to) {}

  private static List<Copy> copies(Run run) {
    var copies = new ArrayList<Copy>();
    for (int i = 0; i < run.count(); i++) {
      copies.add(new Copy(run.from() + i * run.fromStep(), run.to() + i * run.toStep()));
    }
    return copies;
  }

  /// @param first the place that goes to 0, with those that follow it in steps of the stride
  private static List<Copy> tried(Axis axis, int first, int end) {
    var copies = new ArrayList<Copy>();
    for (int place = first; place < end; place += axis.stride()) {
      for (int h = 0; h < axis.source(); h++) {
        if (h * axis.insert() + axis.pad() == place) {
          copies.add(new Copy(h, (place - first) / axis.stride()));
        }
      }
    }
    return copies;
  }

  private static void check(Axis axis) {
    for (int phase = 0; phase < axis.stride(); phase++) {
      assertEquals(
          tried(axis, phase, axis.places()), copies(axis.run(phase)), axis + ", phase " + phase);
    }
    for (int tap = 0; tap < axis.taps(); tap++) {
      int first = tap * axis.dilation();
      int end = first + (axis.output() - 1) * axis.stride() + 1;
      assertEquals(tried(axis, first, end), copies(axis.tapRun(tap)), axis + ", tap " + tap);
    }
  }

  @Test
  void everyElementGoesToItsPlace() {
    for (int source = 0; source <= 5; source++) {
      for (int output = 1; output <= 4; output++) {
        for (int taps = 1; taps <= 3; taps++) {
          for (int step = 1; step <= 3; step++) {
            for (int dilation = 1; dilation <= 2; dilation++) {
              for (int pad = -3; pad <= 4; pad++) {
                check(new Axis(source, output, taps, step, dilation, 1, pad));
                check(new Axis(source, output, taps, 1, dilation, step, pad));
              }
            }
          }
        }
      }
    }
  }
}
