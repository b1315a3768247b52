package dev.merapi.kernels.product;

import dev.merapi.kernels.calls.Calls;
import dev.merapi.kernels.jit.Kernel;
import dev.merapi.kernels.jit.Memory;
import dev.merapi.kernels.jit.Trial;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/// Drives a [Product] over two strips of rows, with full tiles and a last one, in one block of k,
/// and where there may be more, in two.
///
/// The memory holds, one after the other, each from a multiple of 64 bytes: the [Arguments], the
/// area, A, B, C, and a matrix that serves for every operand of the epilogue. Rows of A and B
/// overlap: they are only read.
final class ProductTrial implements Trial {
  private static final int STRIPS = 2;
  private static final int STEPS = 24;
  private static final int FEW_STEPS = 3;
  private static final int MOST_STEPS = Definition.BLOCK + 1;
  private static final int CALLS = 4;
  private static final int OPERATIONS_IN_ONE = 16;
  private static final int ELEMENTS_IN_ONE = 4;

  /// Bytes between lines or steps that are no neighbours.
  private static final long DISTANCE = 64;

  /// Columns of all panels, for all that the packed form of two blocks of k says of it.
  private static final int PANEL_COLUMNS = 16;

  private final Product product;
  private final Tile tile;
  private final int fullColumns;
  private final int columns;
  private final long rowBytes;
  private final long panelA;
  private final long area;
  private final long a;
  private final long b;
  private final long c;
  private final long matrix;
  private final long bytes;

  ProductTrial(Product product) {
    Strip strip = product.strip();
    this.product = product;
    this.tile = strip.tile();
    int rest = Math.max(0, strip.restVectors() * tile.lanes() - (tile.lanes() > 1 ? 1 : 0));
    int groups = product.groupColumns() < STEPS * tile.columns() ? product.groupColumns() : 0;
    this.fullColumns = strip.hasFull() ? groups + tile.columns() : 0;
    this.columns = fullColumns + rest;
    this.rowBytes = Blocks.align((long) columns * Float.BYTES);
    this.panelA = Blocks.align((long) Definition.BLOCK * tile.rows() * Float.BYTES);
    int rows = STRIPS * tile.rows();
    long steps = MOST_STEPS * (DISTANCE + Float.BYTES);
    long panels = (long) Definition.BLOCK * (columns + tile.columns()) * Float.BYTES;
    this.area = Blocks.align(Arguments.bytes(strip.epilogue().operands().size()));
    this.a = area + Blocks.align(strip.sumBytes() + STRIPS * panelA + panels);
    this.b = a + Blocks.align(steps + rows * DISTANCE);
    this.c = b + Blocks.align(panels + steps + (columns + tile.columns()) * DISTANCE);
    this.matrix = c + rows * rowBytes;
    this.bytes = matrix + rows * rowBytes;
  }

  @Override
  public long bytes() {
    return bytes;
  }

  /// Counts a small part of the instructions: several of them run in one cycle, and a kernel in
  /// which C2 left one call is a quarter as fast and must not pass.
  @Override
  public long operations() {
    long perStep = tile.rows() * tile.vectors() + tile.rows() + tile.vectors();
    int tiles = Math.ceilDiv(columns, tile.columns());
    long steps = (long) CALLS * (STEPS + FEW_STEPS) * STRIPS * tiles;
    if (product.strip().manyBlocks()) {
      steps += 2 * MOST_STEPS;
    }
    long perSum = 4 + product.strip().epilogue().computations();
    long sums = 2L * CALLS * STRIPS * tiles * tile.rows() * tile.vectors() * perSum;
    return (steps * perStep + sums) / OPERATIONS_IN_ONE + packed() / ELEMENTS_IN_ONE;
  }

  /// Elements that are packed in a drive, some of them one by one.
  private long packed() {
    long lines = product.packA().isPresent() ? (long) STRIPS * tile.rows() : 0;
    lines += product.packB().isPresent() ? columns : 0;
    long steps = (CALLS + 1) * STEPS + CALLS * FEW_STEPS;
    return lines * (product.strip().manyBlocks() ? steps + MOST_STEPS : steps);
  }

  @Override
  public void prepare(MemorySegment memory) {
    Trial.super.prepare(memory);
    long block = memory.address();
    set(block, Arguments.A, block + a);
    set(block, Arguments.B, block + b);
    set(block, Arguments.C, block + c);
    set(block, Arguments.LINE_A, DISTANCE);
    set(block, Arguments.STEP_A, DISTANCE + Float.BYTES);
    set(block, Arguments.LINE_B, DISTANCE);
    set(block, Arguments.STEP_B, DISTANCE + Float.BYTES);
    product
        .packA()
        .ifPresent(order -> neighbours(block, order, Arguments.LINE_A, Arguments.STEP_A));
    product
        .packB()
        .ifPresent(order -> neighbours(block, order, Arguments.LINE_B, Arguments.STEP_B));
    set(block, Arguments.ROW_C, rowBytes);
    set(block, Arguments.PANEL_COLUMNS, PANEL_COLUMNS);
    set(block, Arguments.TALL_STRIPS, product.hasShort() ? 1 : STRIPS);
    set(block, Arguments.PANEL_A, panelA);
    set(block, Arguments.BYTES_A, STRIPS * panelA);
    for (int i = 0; i < product.strip().epilogue().operands().size(); i++) {
      ProductPlan.writeOperand(Calls.NOW, block, i, block + matrix, rowBytes);
    }
  }

  private static void neighbours(long block, Packing.Order order, Arguments line, Arguments step) {
    switch (order) {
      case LINES -> set(block, line, Float.BYTES);
      case STEPS -> set(block, step, Float.BYTES);
      case ANY -> {}
    }
  }

  private static void set(long block, Arguments field, long value) {
    Memory.ALL.set(ValueLayout.JAVA_LONG_UNALIGNED, block + field.offset(), value);
  }

  @Override
  public void drive(Kernel kernel, long memory) {
    if (product.strip().manyBlocks()) {
      run(kernel, memory, MOST_STEPS, 1, Math.max(0, fullColumns - tile.columns()), columns);
    }
    for (int call = 0; call < CALLS; call++) {
      run(kernel, memory, FEW_STEPS, STRIPS, 0, columns);
      run(kernel, memory, STEPS, STRIPS, 0, columns);
    }
    run(kernel, memory, STEPS, 1, 0, fullColumns);
  }

  private void run(Kernel kernel, long memory, int steps, int strips, int from, int to) {
    set(memory, Arguments.STEPS, steps);
    kernel.run(memory, 0, strips, from, to, memory + area);
  }
}
