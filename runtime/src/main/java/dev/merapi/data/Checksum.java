package dev.merapi.data;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;
import java.util.Locale;
import java.util.zip.CRC32C;

/// Tells the numbers of columns from others: a CRC-32C of their shapes and of their elements' bits,
/// of stretches of them at equal distances where there are many.
final class Checksum {
  private static final int STRETCH = 4096;

  /// At most so many are read: 64 MiB, some hundredths of a second.
  private static final int STRETCHES = 4096;

  private final CRC32C crc = new CRC32C();
  private final ByteBuffer buffer =
      ByteBuffer.allocate(STRETCH * Integer.BYTES).order(ByteOrder.LITTLE_ENDIAN);

  private Checksum() {}

  /// Eight hexadecimal digits.
  static String of(List<Column> columns) {
    var checksum = new Checksum();
    for (Column column : columns) {
      checksum.add(column);
    }
    return String.format(Locale.ROOT, "%08x", checksum.crc.getValue());
  }

  private void add(Column column) {
    String type = column.dtype() + " " + column.rows() + " " + column.row();
    type.chars().forEach(crc::update);
    long count = (long) column.rows() * column.rowSize();
    long all = Math.ceilDiv(count, STRETCH);
    long taken = Math.min(all, STRETCHES);
    for (long i = 0; i < taken; i++) {
      int from = (int) (i * all / taken * STRETCH);
      add(column, from, (int) Math.min(STRETCH, count - from));
    }
  }

  private void add(Column column, int from, int count) {
    buffer.clear();
    switch (column) {
      case Column.Floats floats -> buffer.asFloatBuffer().put(floats.values(), from, count);
      case Column.Ints ints -> buffer.asIntBuffer().put(ints.values(), from, count);
    }
    crc.update(buffer.limit(count * Integer.BYTES));
  }
}
