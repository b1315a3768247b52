package dev.merapi.kernels.product;

import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.merapi.kernels.TwinCheck;
import dev.merapi.kernels.TwinCheck.Call;
import dev.merapi.kernels.TwinCheck.Numbers;
import dev.merapi.kernels.ir.Routine;
import dev.merapi.kernels.jit.KernelCache;
import dev.merapi.kernels.jit.Lanes;
import dev.merapi.kernels.jit.Memory;
import dev.merapi.kernels.jit.TieredKernel;
import dev.merapi.kernels.jit.Trial;
import dev.merapi.kernels.target.BytecodeTarget;
import java.lang.foreign.ValueLayout;
import java.time.Duration;
import java.util.List;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/// The products of convolutions, on every target, against plain chains, on memory that ends where
/// the routines may read and write.
class TableRoutinesTest {
  private static final ValueLayout.OfInt INT = ValueLayout.JAVA_INT_UNALIGNED;
  private static final ValueLayout.OfFloat FLOAT = ValueLayout.JAVA_FLOAT_UNALIGNED;
  private static final int GAP = 3;

  static Stream<Tile> tiles() {
    return Stream.of(
        new Tile(13, 2, 16),
        new Tile(14, 2, 16),
        new Tile(3, 8, 16),
        new Tile(6, 2, 8),
        new Tile(2, 5, 8),
        new Tile(4, 3, 4),
        new Tile(2, 3, 1));
  }

  private static float load(long address) {
    return Memory.ALL.get(FLOAT, address);
  }

  private static int offset(long table, int index) {
    return Memory.ALL.get(INT, table + (long) index * Integer.BYTES);
  }

  private static long table(Call call, int... offsets) {
    long address = call.bytes((long) offsets.length * Integer.BYTES);
    for (int i = 0; i < offsets.length; i++) {
      Memory.ALL.set(INT, address + (long) i * Integer.BYTES, offsets[i]);
    }
    return address;
  }

  /// Where the float of B lies for a step.
  private interface ElementOfB {
    long at(int step);
  }

  private static float chain(long a, int rows, int row, int steps, ElementOfB b) {
    float sum = 0;
    for (int k = 0; k < steps; k++) {
      sum = Math.fma(load(a + 4L * ((long) k * rows + row)), load(b.at(k)), sum);
    }
    return sum;
  }

  /// Offsets that jump to and fro, from 0 to 4 * 36.
  private static int[] jumps(int count) {
    int[] offsets = new int[count];
    for (int k = 0; k < count; k++) {
      offsets[k] = 4 * (k * 23 % 37);
    }
    return offsets;
  }

  private static final int FARTHEST = 36;

  static Stream<Arguments> tilesAndTurns() {
    return tiles().flatMap(tile -> Stream.of(1, 4).map(turn -> Arguments.of(tile, turn)));
  }

  @ParameterizedTest
  @MethodSource("tilesAndTurns")
  void aTableOfSteps(Tile tile, int turn) {
    int width = tile.columns();
    try (TwinCheck check = TwinCheck.of(new TableProduct(tile, turn).routine())) {
      for (int steps : List.of(1, 7, Definition.BLOCK, Definition.BLOCK + 5)) {
        for (int columns : List.of(1, width, width + 1, 2 * width + 3)) {
          if (steps < Definition.BLOCK || columns == width + 1) {
            check.sameBits(
                (a, b, c, offsets, _, rowBytes) ->
                    tableProduct(tile, a, b, c, offsets, steps, columns, rowBytes),
                call -> tableArguments(call, tile, steps, columns));
          }
        }
      }
    }
  }

  private static long[] tableArguments(Call call, Tile tile, int steps, int columns) {
    int width = Math.max(columns, tile.columns());
    int lines = Math.ceilDiv(steps, Definition.BLOCK) * tile.rows();
    int rowFloats = width + GAP;
    return new long[] {
      call.input(TwinCheck.drawn(steps * tile.rows(), 1, Numbers.SPECIAL)),
      call.input(TwinCheck.drawn(width + FARTHEST, 2, Numbers.SPECIAL)),
      call.result(TwinCheck.drawn((lines - 1) * rowFloats + width, 3, Numbers.FINITE)),
      table(call, jumps(steps)),
      TableProduct.extent(steps, columns),
      4L * rowFloats
    };
  }

  private static void tableProduct(
      Tile tile, long a, long b, long c, long offsets, int steps, int columns, long rowBytes) {
    int rows = tile.rows();
    for (int first = 0; first < steps; first += Definition.BLOCK) {
      int count = Math.min(Definition.BLOCK, steps - first);
      long panel = a + 4L * first * rows;
      long table = offsets + 4L * first;
      for (int row = 0; row < rows; row++) {
        long line = c + ((long) first / Definition.BLOCK * rows + row) * rowBytes;
        for (int i = 0; i < Math.max(columns, tile.columns()); i++) {
          long column = b + 4L * i;
          float sum = chain(panel, rows, row, count, k -> column + offset(table, k));
          Memory.ALL.set(FLOAT, line + 4L * i, sum);
        }
      }
    }
  }

  @ParameterizedTest
  @MethodSource("tilesAndTurns")
  void severalProducts(Tile tile, int turn) {
    int count = 3;
    int rows = tile.rows();
    try (TwinCheck check = TwinCheck.of(new PanelProducts(count, tile, turn).routine())) {
      for (int steps : List.of(0, 1, 18)) {
        for (int columns : List.of(tile.columns(), 3 * tile.columns())) {
          long lineBytes = 4L * (columns + GAP);
          long bytesOfB = steps * lineBytes + 4 * GAP;
          int floatsOfB = (int) ((count - 1) * bytesOfB + Math.max(1, steps) * lineBytes) / 4;
          int results = count * rows * (columns + GAP) - GAP;
          check.sameBits(
              (a, b, c, _, _, _) -> {
                for (int i = 0; i < count * rows * columns; i++) {
                  int product = i / (rows * columns);
                  int row = i / columns % rows;
                  long column = b + product * bytesOfB + i % columns * 4L;
                  long panel = a + 4L * product * steps * rows;
                  float sum = chain(panel, rows, row, steps, k -> column + k * lineBytes);
                  long line = c + ((long) product * rows + row) * lineBytes;
                  Memory.ALL.set(FLOAT, line + i % columns * 4L, sum);
                }
              },
              call ->
                  new long[] {
                    call.input(TwinCheck.drawn(count * rows * steps, 1, Numbers.SPECIAL)),
                    call.input(TwinCheck.drawn(floatsOfB, 2, Numbers.SPECIAL)),
                    call.result(TwinCheck.drawn(results, 3, Numbers.FINITE)),
                    PanelProducts.extent(steps, columns),
                    lineBytes,
                    bytesOfB
                  });
        }
      }
    }
  }

  @ParameterizedTest
  @MethodSource("tilesAndTurns")
  void vectorsAnywhere(Tile tile, int turn) {
    TableTiles structure = new TableTiles(tile, turn);
    int tileFloats = (int) structure.tileBytes() / 4;
    try (TwinCheck check = TwinCheck.of(structure.routine())) {
      for (int steps : List.of(0, 1, 18)) {
        for (int tiles : List.of(1, 3)) {
          for (boolean first : List.of(true, false)) {
            int[] bases = new int[tiles * tile.vectors()];
            for (int j = 0; j < bases.length; j++) {
              bases[j] = 4 * (j * 29 % 31);
            }
            check.sameBits(
                (a, b, c, vectors, offsets, _) -> {
                  for (int t = 0; t < tiles; t++) {
                    for (int i = 0; i < tile.rows() * tile.columns(); i++) {
                      int column = i % tile.columns();
                      int vector = t * tile.vectors() + column / tile.lanes();
                      long element = b + offset(vectors, vector) + column % tile.lanes() * 4L;
                      int row = i / tile.columns();
                      float sum =
                          chain(a, tile.rows(), row, steps, k -> element + offset(offsets, k));
                      long at = c + t * structure.tileBytes() + 4L * i;
                      Memory.ALL.set(FLOAT, at, first ? sum : load(at) + sum);
                    }
                  }
                },
                call ->
                    new long[] {
                      call.input(TwinCheck.drawn(tile.rows() * steps, 1, Numbers.SPECIAL)),
                      call.input(
                              TwinCheck.drawn(
                                  tileFloats + FARTHEST + 30 + tile.lanes(), 2, Numbers.SPECIAL))
                          + structure.tileBytes(),
                      call.result(TwinCheck.drawn(tiles * tileFloats, 3, Numbers.FINITE)),
                      table(call, bases),
                      table(call, jumps(steps)),
                      TableTiles.extent(steps, tiles, first)
                    });
          }
        }
      }
    }
  }

  /// A kernel of bytecode and what drives it.
  private record Driven(Object key, Supplier<Routine> routine, Trial trial) {}

  static Stream<Driven> driven() {
    Tile tile = new Tile(3, 2, 4);
    var table = new TableProduct(tile, 1);
    var panels = new PanelProducts(3, tile, 1);
    var tiles = new TableTiles(tile, 1);
    return Stream.of(
        new Driven(table, table::routine, new TableTrial(table)),
        new Driven(panels, panels::routine, new PanelTrial(panels)),
        new Driven(tiles, tiles::routine, new TilesTrial(tiles)));
  }

  @ParameterizedTest
  @MethodSource("driven")
  void trialsMakeC2CompileThem(Driven driven) {
    var target = new BytecodeTarget(Lanes.L4, new KernelCache());
    TieredKernel kernel =
        target.make(driven.key, driven.routine, driven::trial).tiers().orElseThrow();
    assertTrue(kernel.warmUp(Duration.ofSeconds(60)).hasVectors(), kernel::name);
  }
}
