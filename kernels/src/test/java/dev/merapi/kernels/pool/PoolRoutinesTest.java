package dev.merapi.kernels.pool;

import static dev.merapi.kernels.TwinCheck.drawn;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.merapi.graph.Monoid;
import dev.merapi.kernels.TwinCheck;
import dev.merapi.kernels.TwinCheck.Numbers;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// The routines of pooling against plain loops, to the last bit, on every target.
class PoolRoutinesTest {
  private static final int PLANES = 2;
  private static final List<Integer> LANES = List.of(1, 4, 8, 16);

  /// Axes with padding and without, and windows that are unrolled.
  @ParameterizedTest
  @CsvSource({
    "2, 2, 2, 1, 0",
    "2, 2, 2, 1, 1",
    "3, 3, 2, 1, 1",
    "3, 2, 1, 1, 0",
    "3, 3, 1, 2, 2",
    "1, 1, 1, 1, 0",
    "2, 5, 2, 1, 3",
    "4, 8, 1, 1, 1"
  })
  void lines(int rows, int columns, int stride, int dilation, int pad) {
    int of = rows + columns + stride + dilation + pad;
    // each has its turn at each width, though not with each geometry
    int lanes = LANES.get(of % LANES.size());
    List<Planes> planes =
        Stream.of(lanes, lanes + 1, 3 * lanes - 1)
            .map(inner ->
                new Planes(
                    PLANES,
                    axis(3, rows, stride, 1, pad),
                    axis(Math.max(4, inner), columns, stride, dilation, pad)))
            .toList();
    for (Monoid monoid : Monoid.values()) {
      Pooling pooling = Pooling.of(monoid, planes.getFirst(), lanes);
      assertEquals(lanes, pooling.lines().orElseThrow().lanes());
      check(pooling, planes);
      check(PoolingGradient.of(monoid, planes.getFirst(), lanes), planes);
    }
  }

  /// An axis with so many positions whose windows lie inside.
  private static PoolAxis axis(int inner, int taps, int stride, int dilation, int pad) {
    int size = (inner - 1) * stride + (taps - 1) * dilation + 1 + pad % stride;
    return outer(size, taps, stride, pad, dilation);
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
    PoolAxis rows = outer(height, kh, sh, ph, dh);
    PoolAxis columns = outer(width, kw, sw, pw, dw);
    assertTrue(rows.positions() > 0 && columns.positions() > 0);
    Planes planes = new Planes(PLANES, rows, columns);
    for (Monoid monoid : Monoid.values()) {
      check(Pooling.of(monoid, planes, 8), List.of(planes));
      check(PoolingGradient.of(monoid, planes, 8), List.of(planes));
    }
  }

  private static PoolAxis outer(int size, int taps, int stride, int pad, int dilation) {
    int reach = (taps - 1) * dilation + 1;
    return new PoolAxis(size, (size + 2 * pad - reach) / stride + 1, taps, stride, dilation, pad);
  }

  private static void check(Pooling pooling, List<Planes> sizes) {
    try (TwinCheck check = TwinCheck.of(PoolRoutine.of(pooling))) {
      for (Planes planes : sizes) {
        PlainPool plain = new PlainPool(pooling.monoid(), planes);
        check.sameBits(
            (x, y, _, _, _, _) -> plain.run(x, y),
            call ->
                new long[] {
                  call.input(drawn(elements(planes), 1, Numbers.SPECIAL)),
                  call.result(drawn(positions(planes), 2, Numbers.FINITE)),
                  table(pooling.table(planes), call),
                  0,
                  PLANES
                });
      }
    }
  }

  private static void check(PoolingGradient gradient, List<Planes> sizes) {
    boolean reads = gradient.monoid() != Monoid.SUM;
    try (TwinCheck check = TwinCheck.of(PoolGradientRoutine.of(gradient))) {
      for (Planes planes : sizes) {
        PlainGradient plain = new PlainGradient(gradient.monoid(), planes);
        check.sameBits(
            (x, dy, dx, _, _, _) -> plain.run(x, dy, dx),
            call ->
                new long[] {
                  call.input(reads ? drawn(elements(planes), 1, Numbers.SPECIAL) : new float[0]),
                  call.input(drawn(positions(planes), 2, Numbers.FINITE)),
                  call.result(drawn(elements(planes), 3, Numbers.FINITE)),
                  table(gradient.table(planes), call),
                  0,
                  PLANES
                });
      }
    }
  }

  private static int elements(Planes planes) {
    return PLANES * planes.rows().size() * planes.columns().size();
  }

  private static int positions(Planes planes) {
    return PLANES * planes.rows().positions() * planes.columns().positions();
  }

  private static long table(WindowTable table, TwinCheck.Call call) {
    long address = call.bytes(table.bytes());
    table.write(address);
    return address;
  }
}
