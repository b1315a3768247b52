package dev.merapi.kernels.ir.samples;

import dev.merapi.kernels.ir.MemoryType;
import dev.merapi.kernels.ir.Routine;
import dev.merapi.kernels.ir.build.Int;
import dev.merapi.kernels.ir.build.Mask;
import dev.merapi.kernels.ir.build.Ptr;
import dev.merapi.kernels.ir.build.RoutineBuilder;
import dev.merapi.kernels.ir.build.Vec;
import java.util.List;

/// The input transform of Winograd's F(2x2, 3x3) for a line of tiles. Tiles overlap by two pixels,
/// so tile `t` reads the columns `2 t` to `2 t + 3` of four lines: even and odd columns are taken
/// apart in registers.
public final class WinogradInput {
  public static final int SIDE = 4;

  private static final MemoryType F32 = MemoryType.F32;

  private final int lanes;
  private final RoutineBuilder b;

  private WinogradInput(int lanes) {
    this.lanes = lanes;
    this.b = new RoutineBuilder("winogradInput" + lanes);
  }

  /// A routine of `(lines, target, tiles, lineStride, elementStride)`: from four lines of `2 tiles
  /// + 2` pixels to sixteen lines of `tiles` elements, with these bytes between them.
  public static Routine of(int lanes) {
    return new WinogradInput(lanes).routine();
  }

  private Routine routine() {
    Ptr lines = b.pointer("lines");
    Ptr target = b.pointer("target");
    Int tiles = b.integer("tiles");
    Int lineStride = b.integer("lineStride");
    Int elementStride = b.integer("elementStride");
    b.lanes(
        tiles,
        lanes,
        (tile, mask) -> {
          Vec[][] columns = new Vec[SIDE][SIDE];
          Int pixels = tiles.minus(tile).times(2);
          for (int row = 0; row < SIDE; row++) {
            Ptr line = lines.plus(lineStride.times(row)).plus(tile, 2L * F32.bytes());
            pair(line, pixels, columns[row], 0);
            pair(line.plus(2L * F32.bytes()), pixels, columns[row], 2);
          }
          for (int column = 0; column < SIDE; column++) {
            List<Vec> mixed =
                mix(columns[0][column], columns[1][column], columns[2][column], columns[3][column]);
            for (int row = 0; row < SIDE; row++) {
              columns[row][column] = mixed.get(row);
            }
          }
          for (int row = 0; row < SIDE; row++) {
            List<Vec> mixed =
                mix(columns[row][0], columns[row][1], columns[row][2], columns[row][3]);
            for (int column = 0; column < SIDE; column++) {
              target
                  .plus(elementStride.times((long) row * SIDE + column))
                  .at(tile, F32.bytes())
                  .store(F32, mixed.get(column), mask);
            }
          }
        });
    return b.build();
  }

  /// Loads `2 lanes` neighbouring pixels, as far as they exist, into the columns `at` and `at + 1`.
  private void pair(Ptr from, Int pixels, Vec[] columns, int at) {
    Mask low = pixels.maskBelow(lanes);
    Mask high = pixels.minus(lanes).maskBelow(lanes);
    Vec first = from.here().load(F32, lanes, low);
    Vec second = from.at((long) lanes * F32.bytes()).load(F32, lanes, high);
    Vec apart = first.concat(second).unzip();
    columns[at] = apart.slice(0, lanes);
    columns[at + 1] = apart.slice(lanes, lanes);
  }

  private static List<Vec> mix(Vec d0, Vec d1, Vec d2, Vec d3) {
    return List.of(d0.minus(d2), d1.plus(d2), d2.minus(d1), d1.minus(d3));
  }
}
