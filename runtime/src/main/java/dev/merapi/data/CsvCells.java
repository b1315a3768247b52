package dev.merapi.data;

import dev.merapi.MerapiException;
import dev.merapi.MerapiException.Kind;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/// Cuts a stream of comma-separated values into cells (RFC 4180), one after the other.
///
/// Blanks around a cell do not count. A cell in double quotes may hold separators, line ends and,
/// doubled, quotes. Lines end with LF, CR LF or CR; empty ones are skipped. A cell is bytes:
/// separators are ASCII, which no byte of a longer UTF-8 character is.
final class CsvCells {
  /// No number or name is this long: a quote is not closed, or this is no table.
  static final int MAX_CELL = 1 << 20;

  private static final int END = -1;
  private static final byte[] BYTE_ORDER_MARK = {(byte) 0xef, (byte) 0xbb, (byte) 0xbf};

  private final InputStream in;
  private final String place;
  private final int separator;
  private final char decimalMark;
  private final byte[] buffer = new byte[1 << 16];
  private int at;
  private int limit;

  private byte[] cell = new byte[64];
  private int length;
  private boolean lastOfLine = true;
  private int line = 1;
  private int cellLine = 1;
  private int column;

  CsvCells(InputStream in, String place, char separator, char decimalMark) throws IOException {
    this.in = in;
    this.place = place;
    this.separator = separator;
    this.decimalMark = decimalMark;
    skipByteOrderMark();
  }

  private void skipByteOrderMark() throws IOException {
    limit = in.readNBytes(buffer, 0, BYTE_ORDER_MARK.length);
    if (Arrays.equals(buffer, 0, limit, BYTE_ORDER_MARK, 0, BYTE_ORDER_MARK.length)) {
      at = limit;
    }
  }

  /// Reads the next cell.
  ///
  /// @return false if there is none
  boolean next() throws IOException {
    if (lastOfLine) {
      skipLineEnds();
      if (peek() == END) {
        return false;
      }
      column = 0;
    }
    cellLine = line;
    column++;
    length = 0;
    lastOfLine = false;
    while (isBlank(peek())) {
      read();
    }
    if (peek() == '"') {
      read();
      quoted();
    } else {
      plain();
    }
    return true;
  }

  /// Skips so many lines, whatever is in them.
  void skipLines(int count) throws IOException {
    for (int i = 0; i < count; i++) {
      int c = read();
      while (c != END && !isLineEnd(c)) {
        c = read();
      }
      finishLine(c);
    }
  }

  private void skipLineEnds() throws IOException {
    while (isLineEnd(peek())) {
      finishLine(read());
    }
  }

  private void plain() throws IOException {
    for (int c = read(); c != separator; c = read()) {
      if (c == END || isLineEnd(c)) {
        finishLine(c);
        lastOfLine = true;
        return;
      }
      if (c == '"') {
        throw error("a quote within a cell").hint("put the whole cell in quotes, and double it");
      }
      append(c);
    }
  }

  private void quoted() throws IOException {
    while (true) {
      int c = read();
      if (c == END) {
        throw error("a quote is not closed");
      }
      if (c == '"') {
        if (peek() != '"') {
          break;
        }
        read();
      }
      append(c);
      if (c == '\n' || c == '\r' && peek() != '\n') {
        line++;
      }
    }
    int c = read();
    while (isBlank(c)) {
      c = read();
    }
    if (c == END || isLineEnd(c)) {
      finishLine(c);
      lastOfLine = true;
    } else if (c != separator) {
      throw error("something follows a closing quote").with("character", (char) c);
    }
  }

  private static boolean isLineEnd(int c) {
    return c == '\n' || c == '\r';
  }

  private void finishLine(int c) throws IOException {
    if (c == '\r' && peek() == '\n') {
      read();
    }
    line++;
  }

  private int peek() throws IOException {
    if (at == limit) {
      at = 0;
      limit = Math.max(in.read(buffer), 0);
    }
    return at == limit ? END : buffer[at] & 0xff;
  }

  private int read() throws IOException {
    int c = peek();
    if (c != END) {
      at++;
    }
    return c;
  }

  private void append(int c) {
    if (length == MAX_CELL) {
      throw error("a cell is too long").with("limit", MAX_CELL).hint("is a quote left open?");
    }
    if (length == cell.length) {
      cell = Arrays.copyOf(cell, Math.max(64, 2 * length));
    }
    cell[length++] = (byte) c;
  }

  /// A cell with its place.
  record Kept(byte[] bytes, int line, int column, boolean lastOfLine) {}

  /// The cell, to return to.
  Kept keep() {
    return new Kept(Arrays.copyOf(cell, length), cellLine, column, lastOfLine);
  }

  /// Returns to a cell that was read before.
  void restore(Kept kept) {
    cell = kept.bytes.clone();
    length = cell.length;
    cellLine = kept.line;
    column = kept.column;
    lastOfLine = kept.lastOfLine;
  }

  /// Whether the cell is the last one of its line.
  boolean isLastOfLine() {
    return lastOfLine;
  }

  /// The line on which the cell begins, counted from 1.
  int line() {
    return cellLine;
  }

  /// The number of the cell in its line, counted from 1.
  int column() {
    return column;
  }

  /// The cell as a number, without blanks around it.
  ///
  /// @return NaN if it is none
  float number() {
    int from = 0;
    int to = length;
    while (from < to && isBlank(cell[from])) {
      from++;
    }
    while (from < to && isBlank(cell[to - 1])) {
      to--;
    }
    return Decimals.parse(cell, from, to, decimalMark);
  }

  private boolean isBlank(int c) {
    return (c == ' ' || c == '\t') && c != separator;
  }

  /// The cell as text, without blanks around it.
  String text() {
    try {
      var bytes = ByteBuffer.wrap(cell, 0, length);
      return StandardCharsets.UTF_8.newDecoder().decode(bytes).toString().strip();
    } catch (CharacterCodingException e) {
      throw error("a cell is not UTF-8 text").causedBy(e);
    }
  }

  /// An exception that names file, line and column of the cell.
  MerapiException error(String what) {
    return MerapiException.of(Kind.FORMAT, "csv: " + what)
        .at(place + ":" + cellLine + (column == 0 ? "" : ", column " + column));
  }

  /// The place of the whole file.
  String place() {
    return place;
  }
}
