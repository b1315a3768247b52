package dev.merapi.kernels.pool;

import static dev.merapi.kernels.emit.Memory.ALL;

import dev.merapi.kernels.ir.MemoryType;
import dev.merapi.kernels.ir.build.Int;
import dev.merapi.kernels.ir.build.Place;
import dev.merapi.kernels.ir.build.Ptr;
import java.lang.foreign.ValueLayout;

/// What routines for windows of any geometry read of their [Planes], all 8-byte integers.
///
/// | offset | content |
/// |---|---|
/// | 0 | bytes from one row of taps to the next |
/// | 8 | bytes from one tap of a row to the next |
/// | 16 | bytes from one line of the result to the next |
/// | 24 | bytes from here to the entries of columns |
/// | 32 | an entry for each line of positions, then one for each column |
///
/// An entry says where the first tap lies that meets an element, in bytes from the first line or
/// column, and how many taps meet one.
final class WindowTable {
  private static final ValueLayout.OfLong LONG = ValueLayout.JAVA_LONG_UNALIGNED;

  private static final int TAP_ROW_BYTES = 0;
  private static final int TAP_BYTES = 8;
  private static final int POOLED_LINE_BYTES = 16;
  private static final int COLUMNS = 24;
  private static final int ENTRIES = 32;
  private static final int ENTRY_BYTES = 16;
  private static final int TAPS = 8;

  private WindowTable() {}

  /// Bytes of the table of some planes.
  static long bytes(Planes planes) {
    return columnEntries(planes) + (long) planes.columns().positions() * ENTRY_BYTES;
  }

  private static long columnEntries(Planes planes) {
    return ENTRIES + (long) planes.rows().positions() * ENTRY_BYTES;
  }

  /// Writes the table to an address.
  static void write(Planes planes, long address) {
    long columns = columnEntries(planes);
    ALL.set(LONG, address + TAP_ROW_BYTES, planes.tapRowBytes());
    ALL.set(LONG, address + TAP_BYTES, planes.tapBytes());
    ALL.set(LONG, address + POOLED_LINE_BYTES, planes.pooledLineBytes());
    ALL.set(LONG, address + COLUMNS, columns);
    writeEntries(planes.rows(), planes.lineBytes(), address + ENTRIES);
    writeEntries(planes.columns(), Float.BYTES, address + columns);
  }

  private static void writeEntries(PoolAxis axis, long step, long address) {
    for (int position = 0; position < axis.positions(); position++) {
      int first = axis.firstTap(position);
      long element = axis.place(position) + (long) first * axis.dilation();
      long entry = address + (long) position * ENTRY_BYTES;
      ALL.set(LONG, entry, element * step);
      ALL.set(LONG, entry + TAPS, Math.max(0, axis.endTap(position) - first));
    }
  }

  /// A table in the hands of a routine.
  record Reader(Ptr table) {
    Int tapRowBytes() {
      return field(TAP_ROW_BYTES).named("tapRowBytes");
    }

    Int tapBytes() {
      return field(TAP_BYTES).named("tapBytes");
    }

    Int pooledLineBytes() {
      return field(POOLED_LINE_BYTES).named("pooledLineBytes");
    }

    private Int field(int offset) {
      return table.at(offset).loadInt(MemoryType.I64);
    }

    Entry row(Int number) {
      return new Entry(table.plus(number, ENTRY_BYTES).plus(ENTRIES));
    }

    Entry column(Int number) {
      return new Entry(table.plus(field(COLUMNS)).plus(number, ENTRY_BYTES));
    }
  }

  /// An entry in the hands of a routine.
  record Entry(Ptr at) {
    Int offset() {
      return load(at.here());
    }

    Int taps() {
      return load(at.at(TAPS));
    }

    private static Int load(Place place) {
      return place.loadInt(MemoryType.I64);
    }
  }
}
