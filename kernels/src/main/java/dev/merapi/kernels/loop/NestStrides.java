package dev.merapi.kernels.loop;

import dev.merapi.kernels.ir.MemoryType;
import dev.merapi.kernels.ir.build.Int;
import dev.merapi.kernels.ir.build.Ptr;
import dev.merapi.kernels.loop.Cursor.Stride;
import java.util.ArrayList;
import java.util.List;

/// What a routine reads of its arguments before all loops: extents, and strides that are neither 0
/// nor 1. Those along the rows are read where they are needed, once a row.
final class NestStrides {
  private final Structure structure;
  private final Ptr arguments;
  private final List<Int> extents = new ArrayList<>();
  private final List<Int> vector = new ArrayList<>();
  private final List<List<Int>> levels = new ArrayList<>();

  NestStrides(Structure structure, Ptr arguments) {
    this.structure = structure;
    this.arguments = arguments;
    for (int level = 0; level < structure.levels(); level++) {
      extents.add(load(structure.extentOffset(level)).named("extent" + level));
    }
    for (int c = 0; c < structure.cursors().size(); c++) {
      Cursor cursor = structure.cursors().get(c);
      long unit = 1L << cursor.kind().shift();
      vector.add(
          switch (cursor.vector()) {
            case ZERO -> arguments.builder().constant(0);
            case UNIT -> arguments.builder().constant(unit);
            case ANY -> load(structure.vectorStrideOffset(c)).named("stride" + c);
          });
      List<Int> steps = new ArrayList<>();
      for (int level = 0; level < structure.levels(); level++) {
        steps.add(
            cursor.levels().get(level) == Stride.ZERO
                ? arguments.builder().constant(0)
                : load(structure.levelStrideOffset(c, level)).named("step" + c + "_" + level));
      }
      levels.add(steps);
    }
  }

  private Int load(int offset) {
    return arguments.at(offset).loadInt(MemoryType.I64);
  }

  /// Turns of a scalar inner loop.
  Int extent(int level) {
    return extents.get(level);
  }

  /// What a cursor gains from lane to lane.
  Int vector(int cursor) {
    return vector.get(cursor);
  }

  /// What a cursor gains from turn to turn of a scalar inner loop.
  Int level(int cursor, int level) {
    return levels.get(cursor).get(level);
  }

  /// What a cursor gains from row to row.
  Int row(int cursor) {
    return load(structure.rowStrideOffset(cursor));
  }
}
