package dev.merapi.kernels.conv;

import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.merapi.kernels.jit.KernelCache;
import dev.merapi.kernels.jit.Lanes;
import dev.merapi.kernels.target.BytecodeTarget;
import org.junit.jupiter.api.Test;

class WinogradTilingTest {
  /// There is no room, and no time, for a tiling of each number of lines.
  @Test
  void anImageOfManyLinesIsCutSoon() {
    int height = 1 << 27;
    Axis rows = new Axis(height, height, 3, 1, 1, 1, 1);
    Axis columns = new Axis(9, 9, 3, 1, 1, 1, 1);
    Correlation tiles = Winograd.tiles(new Correlation(4, 1, 16, 16, rows, columns));
    var target = new BytecodeTarget(Lanes.SCALAR, new KernelCache());
    WinogradTiling tiling = WinogradTiling.choose(tiles, 6, target);
    assertTrue(tiling.pixelBytes(tiles, 6) <= 512 << 10, tiling::toString);
    assertTrue(tiling.lines() > 1, tiling::toString);
  }
}
