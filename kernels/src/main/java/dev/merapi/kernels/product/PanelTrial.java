package dev.merapi.kernels.product;

import dev.merapi.kernels.jit.Kernel;
import dev.merapi.kernels.jit.Trial;

/// Drives [PanelProducts] over a few steps of two tiles each.
///
/// The memory holds, one after the other, each from a multiple of 64 bytes: the panels of A, all B,
/// and the results.
public final class PanelTrial implements Trial {
  private static final int STEPS = 24;
  private static final int TILES = 2;
  private static final int OPERATIONS_IN_ONE = 16;

  private final PanelProducts products;
  private final long lineBytes;
  private final long bytesOfB;
  private final long b;
  private final long c;
  private final long bytes;

  public PanelTrial(PanelProducts products) {
    Tile tile = products.tile();
    this.products = products;
    this.lineBytes = TILES * tile.columnBytes();
    this.bytesOfB = STEPS * lineBytes;
    this.b = Blocks.align((long) products.count() * STEPS * tile.rows() * Float.BYTES);
    this.c = b + Blocks.align(products.count() * bytesOfB);
    this.bytes = c + Blocks.align(lineBytes * products.count() * tile.rows());
  }

  @Override
  public long bytes() {
    return bytes;
  }

  /// Counts a small part of the instructions: several of them run in one cycle, and a kernel in
  /// which C2 left one call is a quarter as fast and must not pass.
  @Override
  public long operations() {
    Tile tile = products.tile();
    int perStep = tile.rows() * tile.vectors() + tile.rows() + tile.vectors();
    return (long) products.count() * TILES * STEPS * perStep / OPERATIONS_IN_ONE;
  }

  @Override
  public void drive(Kernel kernel, long memory) {
    long extent = PanelProducts.extent(STEPS, TILES * products.tile().columns());
    kernel.run(memory, memory + b, memory + c, extent, lineBytes, bytesOfB);
  }
}
