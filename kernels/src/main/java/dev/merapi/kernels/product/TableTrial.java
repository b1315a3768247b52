package dev.merapi.kernels.product;

import dev.merapi.kernels.jit.Kernel;
import dev.merapi.kernels.jit.Trial;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/// Drives a [TableProduct] over a few steps of some tiles, again and again, and once over more
/// steps than a block has.
///
/// The memory holds, one after the other, each from a multiple of 64 bytes: the offsets, the panel
/// of A, B, and C.
public final class TableTrial implements Trial {
  private static final int STEPS = 24;
  private static final int MOST_STEPS = Definition.BLOCK + 1;
  private static final int TILES = 2;
  private static final int CALLS = 8;
  private static final int OPERATIONS_IN_ONE = 16;

  /// Steps that begin at different floats of B.
  private static final int DISTANCES = 16;

  private final Tile tile;
  private final long rowBytes;
  private final long a;
  private final long b;
  private final long c;
  private final long bytes;

  public TableTrial(TableProduct product) {
    this.tile = product.tile();
    this.rowBytes = TILES * tile.columnBytes();
    this.a = Blocks.align((long) MOST_STEPS * Integer.BYTES);
    this.b = a + Blocks.align((long) MOST_STEPS * tile.rows() * Float.BYTES);
    this.c = b + Blocks.align(rowBytes + DISTANCES * Float.BYTES);
    this.bytes = c + Blocks.align(2L * tile.rows() * rowBytes);
  }

  @Override
  public long bytes() {
    return bytes;
  }

  /// Counts a small part of the instructions: several of them run in one cycle, and a kernel in
  /// which C2 left one call is a quarter as fast and must not pass.
  @Override
  public long operations() {
    int steps = CALLS * STEPS * TILES + MOST_STEPS;
    int perStep = tile.rows() * tile.vectors() + tile.rows() + tile.vectors();
    return (long) steps * perStep / OPERATIONS_IN_ONE;
  }

  @Override
  public void prepare(MemorySegment memory) {
    Trial.super.prepare(memory);
    for (int k = 0; k < MOST_STEPS; k++) {
      memory.setAtIndex(ValueLayout.JAVA_INT, k, k % DISTANCES * Float.BYTES);
    }
  }

  @Override
  public void drive(Kernel kernel, long memory) {
    run(kernel, memory, MOST_STEPS, tile.columns());
    for (int call = 0; call < CALLS; call++) {
      run(kernel, memory, STEPS, TILES * tile.columns());
    }
  }

  private void run(Kernel kernel, long memory, int steps, int columns) {
    long extent = TableProduct.extent(steps, columns);
    kernel.run(memory + a, memory + b, memory + c, memory, extent, rowBytes);
  }
}
