package dev.merapi.kernels.product;

import dev.merapi.kernels.jit.Kernel;
import dev.merapi.kernels.jit.Trial;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/// Drives [TableTiles] over a few steps of some tiles, as the first block of k and as a later one.
///
/// The memory holds, one after the other, each from a multiple of 64 bytes: the offsets, the bases
/// of all vectors, the panel of A, the sums of one block and behind them B, and the results.
public final class TilesTrial implements Trial {
  private static final int STEPS = 24;
  private static final int TILES = 4;
  private static final int OPERATIONS_IN_ONE = 16;

  /// Steps and vectors that begin at different floats of B.
  private static final int DISTANCES = 16;

  private final TableTiles tiles;
  private final int vectors;
  private final long bases;
  private final long a;
  private final long b;
  private final long c;
  private final long bytes;

  public TilesTrial(TableTiles tiles) {
    Tile tile = tiles.tile();
    this.tiles = tiles;
    this.vectors = TILES * tile.vectors();
    this.bases = Blocks.align((long) STEPS * Integer.BYTES);
    this.a = bases + Blocks.align((long) vectors * Integer.BYTES);
    this.b = a + Blocks.align((long) STEPS * tile.rows() * Float.BYTES) + tiles.tileBytes();
    this.c = b + Blocks.align(2L * DISTANCES * Float.BYTES + tile.vectorBytes());
    this.bytes = c + TILES * tiles.tileBytes();
  }

  @Override
  public long bytes() {
    return bytes;
  }

  /// Counts a small part of the instructions: several of them run in one cycle, and a kernel in
  /// which C2 left one call is a quarter as fast and must not pass.
  @Override
  public long operations() {
    Tile tile = tiles.tile();
    int perStep = tile.rows() * tile.vectors() + tile.rows() + tile.vectors();
    return 2L * TILES * STEPS * perStep / OPERATIONS_IN_ONE;
  }

  @Override
  public void prepare(MemorySegment memory) {
    Trial.super.prepare(memory);
    for (int k = 0; k < STEPS; k++) {
      memory.setAtIndex(ValueLayout.JAVA_INT, k, k % DISTANCES * Float.BYTES);
    }
    for (int j = 0; j < vectors; j++) {
      long base = (long) (vectors - j) % DISTANCES * Float.BYTES;
      memory.setAtIndex(ValueLayout.JAVA_INT, bases / Integer.BYTES + j, (int) base);
    }
  }

  @Override
  public void drive(Kernel kernel, long memory) {
    run(kernel, memory, true);
    run(kernel, memory, false);
  }

  private void run(Kernel kernel, long memory, boolean first) {
    long extent = TableTiles.extent(STEPS, TILES, first);
    kernel.run(memory + a, memory + b, memory + c, memory + bases, memory, extent);
  }
}
