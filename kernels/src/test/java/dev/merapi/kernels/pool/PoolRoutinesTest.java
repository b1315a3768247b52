package dev.merapi.kernels.pool;

import static dev.merapi.kernels.TwinCheck.drawn;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.merapi.graph.Monoid;
import dev.merapi.kernels.TwinCheck;
import dev.merapi.kernels.TwinCheck.Numbers;
import dev.merapi.kernels.emit.Lanes;
import dev.merapi.kernels.ir.Routine;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/// The routines of pooling against today's twins and plain loops.
class PoolRoutinesTest {
  private static final Numbers SPECIAL = Numbers.SPECIAL;

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
        for (int width : new int[] {lanes.count(), lanes.count() + 1, 3 * lanes.count() - 1}) {
          WindowLines kernel = new WindowLines(monoid, rows, columns, stride, dilation, lanes);
          int read = (width - 1) * stride + (columns - 1) * dilation + 1;
          int line = read + 2;
          int pooled = width + 3;
          TwinCheck.sameBits(
              WindowLinesRoutine.of(kernel),
              WindowLinesCode.emit(kernel, Lanes.SCALAR),
              call ->
                  new long[] {
                    call.input(drawn((3 + rows - 2) * line + read, 1, SPECIAL)),
                    call.result(drawn(2 * pooled + width, 2, Numbers.FINITE)),
                    WindowLines.extent(width, 3),
                    4L * line,
                    4L * line,
                    4L * pooled
                  });
        }
      }
    }
  }

  @ParameterizedTest
  @EnumSource
  void gradientsOfPairs(Monoid monoid) {
    for (Lanes lanes : Lanes.values()) {
      for (int width : new int[] {lanes.count(), lanes.count() + 1, 3 * lanes.count() - 1}) {
        PairGradient kernel = new PairGradient(monoid, lanes);
        int line = 2 * width + 1;
        int pooled = width + 2;
        int count = 5 * line + 2 * width;
        TwinCheck.sameBits(
            PairGradientRoutine.of(kernel),
            PairGradientCode.emit(kernel, Lanes.SCALAR),
            call ->
                new long[] {
                  call.input(monoid == Monoid.SUM ? new float[0] : drawn(count, 1, SPECIAL)),
                  call.input(drawn(2 * pooled + width, 2, SPECIAL)),
                  call.result(drawn(count, 3, Numbers.FINITE)),
                  WindowLines.extent(width, 3),
                  4L * line,
                  4L * pooled
                });
      }
    }
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
    int rows = planes.rows().positions();
    int columns = planes.columns().positions();
    assertTrue(rows > 0 && columns > 0);
    for (Monoid monoid : Monoid.values()) {
      boolean isLong = kh * kw > 32;
      Routine routine = WindowsRoutine.of(monoid, isLong && monoid == Monoid.SUM);
      Routine gradient = WindowGradientRoutine.of(monoid);
      PlainPool plain = new PlainPool(monoid, planes);
      PlainGradient plainGradient = new PlainGradient(monoid, planes);
      for (int from = 0; from < 2; from++) {
        int first = Math.min(from, columns - 1);
        TwinCheck.sameBits(
            routine,
            (x, y, _, _, _, _) -> {
              for (int row = 0; row < rows; row++) {
                plain.line(x, y, row, first, columns);
              }
            },
            call ->
                new long[] {
                  call.input(drawn(height * width, 1, SPECIAL)),
                  call.result(drawn(rows * columns, 2, Numbers.FINITE)),
                  table(planes, call),
                  WindowsRoutine.range(0, rows),
                  WindowsRoutine.range(first, columns)
                });
        TwinCheck.sameBits(
            gradient,
            (x, dy, dx, _, _, _) -> {
              for (int row = 0; row < rows; row++) {
                plainGradient.line(x, dy, dx, row, first, columns);
              }
            },
            call ->
                new long[] {
                  call.input(
                      monoid == Monoid.SUM ? new float[0] : drawn(height * width, 1, SPECIAL)),
                  call.input(drawn(rows * columns, 2, Numbers.FINITE)),
                  call.result(drawn(height * width, 3, Numbers.FINITE)),
                  table(planes, call),
                  WindowsRoutine.range(0, rows),
                  WindowsRoutine.range(first, columns)
                });
      }
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
