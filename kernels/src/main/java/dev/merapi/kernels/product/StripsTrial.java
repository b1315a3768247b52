package dev.merapi.kernels.product;

import dev.merapi.kernels.calls.Calls;
import dev.merapi.kernels.jit.Kernel;
import dev.merapi.kernels.jit.Memory;
import dev.merapi.kernels.jit.Trial;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/// Drives [Strips] over two strips of rows, with full tiles and a last one, in one block of k, and
/// where there may be more, in two.
///
/// The memory holds, one after the other, each from a multiple of 64 bytes: the [Arguments], the
/// area, A, B, C, and a matrix that serves for every operand of the epilogue. Rows of A and B
/// overlap: they are only read.
final class StripsTrial implements Trial {
  private static final int STRIPS = 2;
  private static final int STEPS = 24;
  private static final int FEW_STEPS = 3;
  private static final int BOTH = Phase.FIRST | Phase.LAST;
  private static final int CALLS = 4;
  private static final int OPERATIONS_IN_ONE = 16;
  private static final int ELEMENTS_IN_ONE = 4;

  /// Bytes between lines or steps that are no neighbours.
  private static final long DISTANCE = 64;

  private final Strips strips;
  private final Tile tile;
  private final int fullColumns;
  private final int columns;
  private final long rowBytes;
  private final long panelA;
  private final long area;
  private final long panels;
  private final long a;
  private final long b;
  private final long c;
  private final long matrix;
  private final long bytes;

  StripsTrial(Strips strips) {
    Strip strip = strips.strip();
    this.strips = strips;
    this.tile = strip.tile();
    int rest = Math.max(0, strip.restVectors() * tile.lanes() - (tile.lanes() > 1 ? 1 : 0));
    this.fullColumns = strip.hasFull() ? tile.columns() : 0;
    this.columns = fullColumns + rest;
    this.rowBytes = Blocks.align((long) columns * Float.BYTES);
    this.panelA = strips.panelBytes(STEPS);
    int rows = STRIPS * tile.rows();
    long steps = STEPS * (DISTANCE + Float.BYTES);
    long bytesOfB = (long) STEPS * (columns + tile.columns()) * Float.BYTES;
    this.area = Blocks.align(Arguments.bytes(strip.epilogue().operands().size()));
    this.panels = area + Strip.sumBytes(strip.form(), tile);
    this.a = panels + STRIPS * panelA;
    this.b = a + Blocks.align(steps + rows * DISTANCE);
    this.c = b + Blocks.align(bytesOfB + steps);
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
    long steps = (long) calls() * (STEPS + FEW_STEPS) * STRIPS * tiles;
    long perSum = 4 + strips.strip().epilogue().computations();
    long sums = 2L * calls() * STRIPS * tiles * tile.rows() * tile.vectors() * perSum;
    return (steps * perStep + sums) / OPERATIONS_IN_ONE + packed() / ELEMENTS_IN_ONE;
  }

  private int calls() {
    return strips.strip().manyBlocks() ? CALLS + 2 : CALLS;
  }

  /// Elements that are packed in a drive, some of them one by one.
  private long packed() {
    long lines = strips.packA().isPresent() ? (long) STRIPS * tile.rows() : 0;
    return lines * calls() * (STEPS + FEW_STEPS);
  }

  @Override
  public void prepare(MemorySegment memory) {
    Trial.super.prepare(memory);
    long block = memory.address();
    set(block, Arguments.C, block + c);
    set(block, Arguments.ROW_C, rowBytes);
    set(block, Arguments.LINE_A, DISTANCE);
    set(block, Arguments.STEP_A, DISTANCE + Float.BYTES);
    set(block, Arguments.STEP_B, DISTANCE + Float.BYTES);
    strips.packA().ifPresent(order -> neighbours(block, order));
    set(block, Arguments.PANELS_A, block + panels);
    set(block, Arguments.PANEL_A, panelA);
    set(block, Arguments.SUMS, block + area);
    for (int i = 0; i < strips.strip().epilogue().operands().size(); i++) {
      ProductPlan.writeOperand(Calls.NOW, block, i, block + matrix, rowBytes);
    }
  }

  private static void neighbours(long block, Packing.Order order) {
    switch (order) {
      case LINES -> set(block, Arguments.LINE_A, Float.BYTES);
      case STEPS -> set(block, Arguments.STEP_A, Float.BYTES);
      case ANY -> {}
    }
  }

  private static void set(long block, Arguments field, long value) {
    Memory.ALL.set(ValueLayout.JAVA_LONG_UNALIGNED, block + field.offset(), value);
  }

  @Override
  public void drive(Kernel kernel, long memory) {
    for (int call = 0; call < CALLS; call++) {
      run(kernel, memory, FEW_STEPS, BOTH | Phase.PACKS, columns);
      run(kernel, memory, STEPS, BOTH | Phase.PACKS, columns);
    }
    run(kernel, memory, STEPS, BOTH, fullColumns);
    if (strips.strip().manyBlocks()) {
      run(kernel, memory, STEPS, Phase.FIRST | Phase.PACKS, columns);
      run(kernel, memory, STEPS, Phase.LAST | Phase.PACKS, columns);
    }
  }

  private void run(Kernel kernel, long memory, int steps, int flags, int count) {
    long phase = Phase.at(Phase.word(steps, flags), 0, false);
    long some = Strips.pair(0, STRIPS);
    kernel.run(memory, memory + a, memory + b, Strips.pair(0, count), phase, some);
  }
}
