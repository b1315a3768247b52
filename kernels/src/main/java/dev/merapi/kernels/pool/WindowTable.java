package dev.merapi.kernels.pool;

import static dev.merapi.kernels.jit.Memory.ALL;

import dev.merapi.kernels.ir.MemoryType;
import dev.merapi.kernels.ir.build.Int;
import dev.merapi.kernels.ir.build.Ptr;
import dev.merapi.kernels.pool.Planes.Interior;
import java.lang.foreign.ValueLayout;
import java.util.List;
import java.util.Locale;
import java.util.function.ToLongFunction;
import java.util.stream.Stream;

/// What the routines of pooling read of their planes, so that one serves many sizes: its [Field]s,
/// as 8-byte integers, then four rectangles of positions outside the interior, those that there are
/// first, then entries for each line of positions and for each column.
///
/// A rectangle is its first row, its end, its first column and its end, 8 bytes each. An entry is
/// the line or column of the first tap that meets an element, and how many taps meet one, 4 bytes
/// each. Where there is no rectangle, there are no entries.
///
/// @param interior positions whose windows are taken by vectors; the others are in rectangles
record WindowTable(Planes planes, Interior interior) {
  private static final ValueLayout.OfLong LONG = ValueLayout.JAVA_LONG_UNALIGNED;
  private static final ValueLayout.OfInt INT = ValueLayout.JAVA_INT_UNALIGNED;

  private static final int RECTANGLES = Field.values().length * Long.BYTES;
  private static final int MOST_RECTANGLES = 4;
  private static final int RECTANGLE_BYTES = 4 * Long.BYTES;
  private static final int ENTRIES = RECTANGLES + MOST_RECTANGLES * RECTANGLE_BYTES;
  private static final int ENTRY_BYTES = 2 * Integer.BYTES;

  /// A number of the table.
  enum Field {
    /// From one plane of the operand to the next, in bytes.
    PLANE_BYTES(table -> table.planes.bytes()),
    /// The same for the result.
    POOLED_PLANE_BYTES(table -> table.planes.pooledBytes()),
    /// From one line of the operand to the next, in bytes.
    LINE_BYTES(table -> table.planes.lineBytes()),
    /// The same for the result.
    POOLED_LINE_BYTES(table -> table.planes.pooledLineBytes()),
    /// From one row of taps to the next, in bytes.
    TAP_ROW_BYTES(table -> table.planes.tapRowBytes()),
    /// From one tap of a row to the next, in bytes.
    TAP_BYTES(table -> table.planes.tapBytes()),
    /// From the first element of a plane to tap (0, 0) of the interior's first position, in bytes.
    INNER_OFFSET(table -> table.planes.offset(table.interior.row(), table.interior.column())),
    /// From the first position of a plane to the interior's, in bytes.
    INNER_POOLED_OFFSET(
        table -> table.planes.pooledOffset(table.interior.row(), table.interior.column())),
    /// From tap (0, 0) of one line of positions to that of the next, in bytes.
    INNER_STEP_BYTES(table -> table.planes.rows().stride() * table.planes.lineBytes()),
    INNER_LINES(table -> table.interior.lines()),
    INNER_COLUMNS(table -> table.interior.columns()),
    /// Elements of a plane, if not all of them are under windows of the interior.
    UNCOVERED(WindowTable::uncovered),
    RECTANGLE_COUNT(table -> table.rectangles().size()),
    /// From here to the entries of columns, in bytes.
    COLUMN_ENTRIES(WindowTable::columnEntries);

    private final ToLongFunction<WindowTable> value;

    Field(ToLongFunction<WindowTable> value) {
      this.value = value;
    }

    private int offset() {
      return ordinal() * Long.BYTES;
    }
  }

  /// Its size, a multiple of eight.
  long bytes() {
    return rectangles().isEmpty()
        ? RECTANGLES
        : columnEntries() + (long) planes.columns().positions() * ENTRY_BYTES;
  }

  private long columnEntries() {
    return ENTRIES + (long) planes.rows().positions() * ENTRY_BYTES;
  }

  private long uncovered() {
    PoolAxis rows = planes.rows();
    PoolAxis columns = planes.columns();
    boolean isCovered =
        interior.lines() * (long) rows.taps() == rows.size()
            && interior.columns() * (long) columns.taps() == columns.size();
    return isCovered ? 0 : (long) rows.size() * columns.size();
  }

  private List<Interior> rectangles() {
    int rows = planes.rows().positions();
    int columns = planes.columns().positions();
    return Stream.of(
            new Interior(0, interior.row(), 0, columns),
            new Interior(interior.row(), interior.endRow(), 0, interior.column()),
            new Interior(interior.row(), interior.endRow(), interior.endColumn(), columns),
            new Interior(interior.endRow(), rows, 0, columns))
        .filter(each -> each.lines() > 0 && each.columns() > 0)
        .toList();
  }

  /// Writes the table to an address.
  void write(long address) {
    for (Field field : Field.values()) {
      ALL.set(LONG, address + field.offset(), field.value.applyAsLong(this));
    }
    List<Interior> rectangles = rectangles();
    if (rectangles.isEmpty()) {
      return;
    }
    for (int i = 0; i < rectangles.size(); i++) {
      write(rectangles.get(i), address + RECTANGLES + (long) i * RECTANGLE_BYTES);
    }
    write(planes.rows(), address + ENTRIES);
    write(planes.columns(), address + columnEntries());
  }

  private static void write(Interior rectangle, long address) {
    ALL.set(LONG, address, rectangle.row());
    ALL.set(LONG, address + Long.BYTES, rectangle.endRow());
    ALL.set(LONG, address + 2 * Long.BYTES, rectangle.column());
    ALL.set(LONG, address + 3 * Long.BYTES, rectangle.endColumn());
  }

  private static void write(PoolAxis axis, long address) {
    for (int position = 0; position < axis.positions(); position++) {
      int first = axis.firstTap(position);
      long entry = address + (long) position * ENTRY_BYTES;
      int taps = Math.max(0, axis.endTap(position) - first);
      // without a tap that meets an element it means nothing, and lies within the plane
      int element = taps == 0 ? 0 : axis.place(position) + first * axis.dilation();
      ALL.set(INT, entry, element);
      ALL.set(INT, entry + Integer.BYTES, taps);
    }
  }

  /// A table in the hands of a routine.
  record Reader(Ptr table) {
    Int get(Field field) {
      return table.at(field.offset()).loadInt(MemoryType.I64).named(camelCase(field));
    }

    private static String camelCase(Field field) {
      StringBuilder name = new StringBuilder();
      for (String word : field.name().split("_")) {
        String rest = word.substring(1).toLowerCase(Locale.ROOT);
        char first = word.charAt(0);
        name.append(name.isEmpty() ? Character.toLowerCase(first) : first).append(rest);
      }
      return name.toString();
    }

    Rectangle rectangle(Int number) {
      return new Rectangle(table.plus(number, RECTANGLE_BYTES).plus(RECTANGLES));
    }

    Entry row(Int number) {
      return new Entry(table.plus(number, ENTRY_BYTES).plus(ENTRIES));
    }

    /// @param entries the [Field#COLUMN_ENTRIES]
    Entry column(Int entries, Int number) {
      return new Entry(table.plus(entries).plus(number, ENTRY_BYTES));
    }
  }

  /// A rectangle in the hands of a routine.
  record Rectangle(Ptr at) {
    Int row() {
      return load(0);
    }

    Int endRow() {
      return load(1);
    }

    Int column() {
      return load(2);
    }

    Int endColumn() {
      return load(3);
    }

    private Int load(int number) {
      return at.at((long) number * Long.BYTES).loadInt(MemoryType.I64);
    }
  }

  /// An entry in the hands of a routine.
  record Entry(Ptr at) {
    Int element() {
      return at.here().loadInt(MemoryType.I32);
    }

    Int taps() {
      return at.at(Integer.BYTES).loadInt(MemoryType.I32);
    }
  }
}
