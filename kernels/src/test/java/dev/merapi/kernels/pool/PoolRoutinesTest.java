package dev.merapi.kernels.pool;

import static dev.merapi.kernels.TwinCheck.drawn;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.merapi.graph.Monoid;
import dev.merapi.kernels.TwinCheck;
import dev.merapi.kernels.TwinCheck.Numbers;
import dev.merapi.kernels.emit.DoubleSums;
import dev.merapi.kernels.emit.Kernel;
import dev.merapi.kernels.emit.Lanes;
import dev.merapi.kernels.ir.Routine;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/// The routines of pooling against today's twins and plain loops.
class PoolRoutinesTest {
  private static final Numbers SPECIAL = Numbers.SPECIAL;
  private static final int LINES = 3;

  @ParameterizedTest
  @CsvSource({
    "2, 2, 2, 1",
    "3, 3, 2, 1",
    "3, 2, 1, 1",
    "3, 3, 1, 2",
    "1, 1, 1, 1",
    "2, 5, 2, 1",
    "4, 8, 1, 1"
  })
  void lines(int rows, int columns, int stride, int dilation) {
    for (Monoid monoid : Monoid.values()) {
      for (Lanes lanes : Lanes.values()) {
        lines(new WindowLines(monoid, rows, columns, stride, dilation, lanes));
      }
    }
  }

  private static void lines(WindowLines kernel) {
    Kernel twin = WindowLinesCode.emit(kernel, Lanes.SCALAR);
    int reach = (kernel.columns() - 1) * kernel.dilation() + 1;
    try (TwinCheck check = TwinCheck.of(WindowLinesRoutine.of(kernel))) {
      for (int width : widths(kernel.lanes())) {
        int read = (width - 1) * kernel.stride() + reach;
        int line = read + 2;
        int pooled = width + 3;
        check.sameBits(
            twin,
            call ->
                new long[] {
                  call.input(drawn((LINES + kernel.rows() - 2) * line + read, 1, SPECIAL)),
                  call.result(drawn((LINES - 1) * pooled + width, 2, Numbers.FINITE)),
                  WindowLines.extent(width, LINES),
                  4L * line,
                  4L * line,
                  4L * pooled
                });
      }
    }
  }

  private static int[] widths(Lanes lanes) {
    return new int[] {lanes.count(), lanes.count() + 1, 3 * lanes.count() - 1};
  }

  @ParameterizedTest
  @EnumSource
  void gradientsOfPairs(Monoid monoid) {
    for (Lanes lanes : Lanes.values()) {
      PairGradient kernel = new PairGradient(monoid, lanes);
      Kernel twin = PairGradientCode.emit(kernel, Lanes.SCALAR);
      try (TwinCheck check = TwinCheck.of(PairGradientRoutine.of(kernel))) {
        for (int width : widths(lanes)) {
          int line = 2 * width + 1;
          int pooled = width + 2;
          int count = (2 * LINES - 1) * line + 2 * width;
          check.sameBits(
              twin,
              call ->
                  new long[] {
                    call.input(operand(monoid, count)),
                    call.input(drawn((LINES - 1) * pooled + width, 2, SPECIAL)),
                    call.result(drawn(count, 3, Numbers.FINITE)),
                    WindowLines.extent(width, LINES),
                    4L * line,
                    4L * pooled
                  });
        }
      }
    }
  }

  /// Sums do not read it.
  private static float[] operand(Monoid monoid, int count) {
    return monoid == Monoid.SUM ? new float[0] : drawn(count, 1, SPECIAL);
  }

  /// Axes with padding on either side, windows that lie wholly in it, with gaps, larger than the
  /// image, and ones of more taps than are added up in floats.
  @ParameterizedTest
  @CsvSource({
    "7, 3, 2, 1, 1, 9, 3, 2, 1, 1", "7, 3, 1, 2, 2, 4, 1, 1, 0, 1", "5, 2, 3, 1, 1, 6, 5, 2, 4, 1",
    "3, 2, 1, 3, 2, 4, 2, 5, 1, 1", "9, 7, 1, 0, 1, 8, 6, 2, 3, 1", "1, 1, 1, 0, 1, 9, 33, 1, 16, 1"
  })
  void windows(
      int height, int kh, int sh, int ph, int dh, int width, int kw, int sw, int pw, int dw) {
    Planes planes = new Planes(1, axis(height, kh, sh, ph, dh), axis(width, kw, sw, pw, dw));
    assertTrue(planes.rows().positions() > 0 && planes.columns().positions() > 0);
    for (Monoid monoid : Monoid.values()) {
      for (int first = 0; first < Math.min(2, planes.columns().positions()); first++) {
        windows(monoid, planes, first);
        gradients(monoid, planes, first);
      }
    }
  }

  private static void windows(Monoid monoid, Planes planes, int first) {
    int rows = planes.rows().positions();
    int columns = planes.columns().positions();
    boolean isLong = planes.rows().taps() * planes.columns().taps() > DoubleSums.CHAIN;
    PlainPool plain = new PlainPool(monoid, planes);
    Kernel twin =
        (x, y, _, _, _, _) -> {
          for (int row = 0; row < rows; row++) {
            plain.line(x, y, row, first, columns);
          }
        };
    Routine routine = WindowsRoutine.of(monoid, isLong && monoid == Monoid.SUM);
    try (TwinCheck check = TwinCheck.of(routine)) {
      check.sameBits(
          twin,
          call ->
              new long[] {
                call.input(drawn(planes.rows().size() * planes.columns().size(), 1, SPECIAL)),
                call.result(drawn(rows * columns, 2, Numbers.FINITE)),
                table(planes, call),
                WindowsRoutine.range(0, rows),
                WindowsRoutine.range(first, columns)
              });
    }
  }

  private static void gradients(Monoid monoid, Planes planes, int first) {
    int rows = planes.rows().positions();
    int columns = planes.columns().positions();
    int size = planes.rows().size() * planes.columns().size();
    PlainGradient plain = new PlainGradient(monoid, planes);
    Kernel twin =
        (x, dy, dx, _, _, _) -> {
          for (int row = 0; row < rows; row++) {
            plain.line(x, dy, dx, row, first, columns);
          }
        };
    try (TwinCheck check = TwinCheck.of(WindowGradientRoutine.of(monoid))) {
      check.sameBits(
          twin,
          call ->
              new long[] {
                call.input(operand(monoid, size)),
                call.input(drawn(rows * columns, 2, Numbers.FINITE)),
                call.result(drawn(size, 3, Numbers.FINITE)),
                table(planes, call),
                WindowsRoutine.range(0, rows),
                WindowsRoutine.range(first, columns)
              });
    }
  }

  private static PoolAxis axis(int size, int taps, int stride, int pad, int dilation) {
    int reach = (taps - 1) * dilation + 1;
    return new PoolAxis(size, (size + 2 * pad - reach) / stride + 1, taps, stride, dilation, pad);
  }

  private static long table(Planes planes, TwinCheck.Call call) {
    long table = call.bytes(WindowTable.bytes(planes));
    WindowTable.write(planes, table);
    return table;
  }
}
