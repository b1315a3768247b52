package dev.merapi.kernels.gemm;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.merapi.kernels.emit.Kernel;
import dev.merapi.kernels.emit.KernelCache;
import dev.merapi.kernels.emit.Lanes;
import dev.merapi.kernels.emit.TieredKernel;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.time.Duration;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class MicroKernelTest {
  private static final int STEPS = 19;

  static Stream<Lanes> lanes() {
    return Lanes.vectors().stream();
  }

  /// Rows that are no multiple of those of one address, farther apart than their elements.
  @ParameterizedTest
  @MethodSource("lanes")
  void elementsOfRowsAreFoundByTheStride(Lanes lanes) {
    Tile tile = new Tile(5, 2, lanes);
    TieredKernel kernel = new MicroKernel(tile, Layout.ROWS).in(new KernelCache());
    checkRows(kernel.twin(), tile);
    assertTrue(kernel.warmUp(Duration.ofSeconds(60)).hasVectors());
    checkRows(kernel.vector(), tile);
  }

  private static void checkRows(Kernel kernel, Tile tile) {
    Random random = new Random(4);
    int stride = STEPS + 6;
    float[] rows = Product.values(stride * tile.rows(), random);
    float[] panel = Product.values(STEPS * tile.columns(), random);
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment a = arena.allocateFrom(ValueLayout.JAVA_FLOAT, rows);
      MemorySegment b = arena.allocateFrom(ValueLayout.JAVA_FLOAT, panel);
      MemorySegment c = arena.allocate(4L * tile.rows() * tile.columns(), 64);
      long strideC = 4L * tile.columns();
      kernel.run(a.address(), b.address(), c.address(), STEPS, strideC, 4L * stride);
      assertChains(
          c,
          tile,
          (row, k) -> rows[row * stride + k],
          (k, column) -> panel[k * tile.columns() + column]);
    }
  }

  private interface Matrix {
    float at(int row, int column);
  }

  private static void assertChains(MemorySegment c, Tile tile, Matrix a, Matrix b) {
    for (int row = 0; row < tile.rows(); row++) {
      for (int column = 0; column < tile.columns(); column++) {
        float sum = 0f;
        for (int k = 0; k < STEPS; k++) {
          sum = Math.fma(a.at(row, k), b.at(k, column), sum);
        }
        long index = (long) row * tile.columns() + column;
        assertEquals(sum, c.getAtIndex(ValueLayout.JAVA_FLOAT, index));
      }
    }
  }
}
