package dev.merapi.kernels.pool;

import dev.merapi.kernels.ir.MemoryType;
import dev.merapi.kernels.ir.build.Int;
import dev.merapi.kernels.ir.build.Ptr;
import dev.merapi.kernels.ir.build.Vec;
import dev.merapi.kernels.math.FloatChains;
import dev.merapi.kernels.pool.Planes.Interior;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/// Windows of positions in a row, one in each lane, that lie inside: their taps are unrolled, row
/// by row.
///
/// @param rows rows of taps
/// @param columns taps of a row
/// @param stride elements from one position of a line to the next: 1 or 2
/// @param dilation elements from one tap of a row to the next; 1 if `stride` is 2
/// @param lanes vector width
record WindowLines(int rows, int columns, int stride, int dilation, int lanes) {
  private static final MemoryType F32 = MemoryType.F32;

  /// Taps of the largest window that is unrolled; its sum is in floats.
  private static final int MAX_TAPS = FloatChains.LONGEST;

  /// Positions of the shortest lines that are worth vectors.
  private static final int SHORTEST = 4;

  /// The windows of these planes, if they suit vectors. Whether they do is a matter of sizes, not
  /// of the lanes of this machine.
  static Optional<WindowLines> suiting(Planes planes, int registerLanes) {
    PoolAxis rows = planes.rows();
    PoolAxis columns = planes.columns();
    boolean regular =
        columns.stride() == 1
            || (columns.stride() == 2 && columns.dilation() == 1 && columns.taps() > 1);
    if (!regular || (long) rows.taps() * columns.taps() > MAX_TAPS) {
      return Optional.empty();
    }
    OptionalInt lanes = lanes(planes.interior(), registerLanes);
    return lanes.isEmpty()
        ? Optional.empty()
        : Optional.of(
            new WindowLines(
                rows.taps(),
                columns.taps(),
                columns.stride(),
                columns.dilation(),
                lanes.getAsInt()));
  }

  /// The most lanes of a register that a line fills; none if a line is not worth vectors.
  static OptionalInt lanes(Interior interior, int registerLanes) {
    return interior.lines() == 0 || interior.columns() < SHORTEST
        ? OptionalInt.empty()
        : OptionalInt.of(Math.min(registerLanes, Integer.highestOneBit(interior.columns())));
  }

  /// Writes how the taps are loaded.
  ///
  /// @param first tap (0, 0) of the first position
  List<Vec> taps(Ptr first, Int tapRowBytes) {
    List<Vec> taps = new ArrayList<>();
    Ptr row = first;
    for (int i = 0; i < rows; i++) {
      taps.addAll(stride == 1 ? row(row) : pairedRow(row));
      row = row.plus(tapRowBytes);
    }
    return taps;
  }

  private List<Vec> row(Ptr row) {
    List<Vec> taps = new ArrayList<>();
    for (int tap = 0; tap < columns; tap++) {
      taps.add(row.at((long) tap * dilation * Float.BYTES).load(F32, lanes));
    }
    return taps;
  }

  /// The taps 2j and 2j + 1 are the even and odd ones of the elements from 2j on. Without a
  /// partner, the last tap takes the odd ones from the element before: so nothing behind the window
  /// is read.
  private List<Vec> pairedRow(Ptr row) {
    List<Vec> taps = new ArrayList<>();
    for (int tap = 0; tap + 1 < columns; tap += 2) {
      Vec pair = pair(row, tap);
      taps.add(pair.slice(0, lanes));
      taps.add(pair.slice(lanes, lanes));
    }
    if (columns % 2 == 1) {
      taps.add(pair(row, columns - 2).slice(lanes, lanes));
    }
    return taps;
  }

  private Vec pair(Ptr row, int element) {
    return row.at((long) element * Float.BYTES).load(F32, 2 * lanes).unzip();
  }
}
