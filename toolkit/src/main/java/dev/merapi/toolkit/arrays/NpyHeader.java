package dev.merapi.toolkit.arrays;

import dev.merapi.MerapiException;
import dev.merapi.MerapiException.Kind;
import dev.merapi.graph.Shape;
import dev.merapi.graph.TensorType;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// What the header of a `.npy` file says: a literal dictionary of Python such as `{'descr': '<f4',
/// 'fortran_order': False, 'shape': (3, 4), }`.
///
/// @param sizes outermost first
record NpyHeader(NpyElement element, ByteOrder byteOrder, Order order, List<Long> sizes) {
  /// Which index changes fastest.
  enum Order {
    /// The last one.
    C,
    /// The first one.
    FORTRAN
  }

  /// NumPy's own limit.
  private static final int MAX_RANK = 64;

  /// Java's arrays hold no more.
  private static final long MAX_ELEMENTS = Integer.MAX_VALUE - 16;

  /// NumPy leaves room for the first size to grow to this many digits.
  private static final int ROOM = 21;

  NpyHeader {
    sizes = List.copyOf(sizes);
  }

  /// The header under which a tensor is written.
  static NpyHeader of(TensorType type) {
    var sizes = new ArrayList<Long>();
    for (long size : type.shape().toArray()) {
      sizes.add(size);
    }
    return new NpyHeader(NpyElement.of(type.dtype()), ByteOrder.LITTLE_ENDIAN, Order.C, sizes);
  }

  /// The type of the tensor.
  TensorType type() {
    return new TensorType(element.dtype(), Shape.of(sizes.toArray()));
  }

  /// The number of elements.
  int elements() {
    return sizes.stream().mapToInt(Long::intValue).reduce(1, (a, b) -> a * b);
  }

  /// The bytes of the data.
  long bytes() {
    return (long) elements() * element.bytes();
  }

  /// The text form, as NumPy writes it.
  String text() {
    var tuple = new StringBuilder("(");
    for (int i = 0; i < sizes.size(); i++) {
      tuple.append(i == 0 ? "" : " ").append(sizes.get(i)).append(',');
    }
    if (sizes.size() > 1) {
      tuple.setLength(tuple.length() - 1);
    }
    String mark = element.bytes() == 1 ? "|" : byteOrder == ByteOrder.BIG_ENDIAN ? ">" : "<";
    String room = sizes.isEmpty() ? "" : " ".repeat(ROOM - sizes.getFirst().toString().length());
    return "{'descr': '%s%s', 'fortran_order': %s, 'shape': %s), }%s"
        .formatted(mark, element.code(), order == Order.FORTRAN ? "True" : "False", tuple, room);
  }

  /// Reads the text form.
  ///
  /// @throws MerapiException of kind `FORMAT` if it is something else
  static NpyHeader parse(String text) {
    return new Parser(text).header();
  }

  /// Walks through the text; knows just the literals that NumPy writes.
  private static final class Parser {
    private final String text;
    private int at;

    private Parser(String text) {
      this.text = text;
    }

    private NpyHeader header() {
      Optional<String> descr = Optional.empty();
      Optional<Order> order = Optional.empty();
      Optional<List<Long>> sizes = Optional.empty();
      expect('{');
      while (!skip('}')) {
        String key = string();
        expect(':');
        switch (key) {
          case "descr" -> descr = once(descr, string());
          case "fortran_order" -> order = once(order, order());
          case "shape" -> sizes = once(sizes, sizes());
          default -> throw error("unknown entry").with("name", key);
        }
        if (!skip(',')) {
          expect('}');
          break;
        }
      }
      if (!text.substring(at).isBlank()) {
        throw error("something follows");
      }
      if (descr.isEmpty() || order.isEmpty() || sizes.isEmpty()) {
        throw error("an entry is missing").with("entries", "descr, fortran_order, shape");
      }
      return of(descr.get(), order.get(), sizes.get());
    }

    private <T> Optional<T> once(Optional<T> before, T value) {
      if (before.isPresent()) {
        throw error("an entry comes twice");
      }
      return Optional.of(value);
    }

    private NpyHeader of(String descr, Order order, List<Long> sizes) {
      var element = descr.isEmpty() ? Optional.<NpyElement>empty() : element(descr.substring(1));
      boolean small = element.isPresent() && element.get().bytes() == 1;
      Optional<ByteOrder> bytes =
          switch (descr.isEmpty() ? ' ' : descr.charAt(0)) {
            case '<' -> Optional.of(ByteOrder.LITTLE_ENDIAN);
            case '>' -> Optional.of(ByteOrder.BIG_ENDIAN);
            case '=' -> Optional.of(ByteOrder.nativeOrder());
            case '|' -> small ? Optional.of(ByteOrder.nativeOrder()) : Optional.empty();
            default -> Optional.empty();
          };
      if (element.isEmpty() || bytes.isEmpty()) {
        throw error("element type cannot be read")
            .with("descr", descr)
            .hint("use float, integer or bool: array.astype(numpy.float32)");
      }
      return new NpyHeader(element.get(), bytes.get(), order, sizes);
    }

    private static Optional<NpyElement> element(String code) {
      return code.equals("?") ? Optional.of(NpyElement.B1) : NpyElement.of(code);
    }

    private void blanks() {
      while (at < text.length() && (text.charAt(at) == ' ' || text.charAt(at) == '\n')) {
        at++;
      }
    }

    private boolean skip(char c) {
      blanks();
      boolean found = at < text.length() && text.charAt(at) == c;
      at += found ? 1 : 0;
      return found;
    }

    private void expect(char c) {
      if (!skip(c)) {
        throw error("another character expected").with("expected", c);
      }
    }

    private String string() {
      char quote = skip('"') ? '"' : '\'';
      if (quote == '\'') {
        expect('\'');
      }
      int end = text.indexOf(quote, at);
      if (end < 0) {
        throw error("a string does not end");
      }
      String found = text.substring(at, end);
      at = end + 1;
      return found;
    }

    private Order order() {
      blanks();
      for (Order order : Order.values()) {
        String word = order == Order.FORTRAN ? "True" : "False";
        if (text.startsWith(word, at)) {
          at += word.length();
          return order;
        }
      }
      throw error("True or False expected");
    }

    private List<Long> sizes() {
      var sizes = new ArrayList<Long>();
      expect('(');
      boolean comma = true;
      while (!skip(')')) {
        if (!comma) {
          throw error("a comma expected");
        }
        if (sizes.size() == MAX_RANK) {
          throw error("too many sizes").with("limit", MAX_RANK);
        }
        sizes.add(size());
        comma = skip(',');
      }
      if (sizes.size() == 1 && !comma) {
        throw error("a tuple expected");
      }
      checkCount(sizes);
      return sizes;
    }

    private long size() {
      blanks();
      int start = at;
      while (at < text.length() && text.charAt(at) >= '0' && text.charAt(at) <= '9') {
        at++;
      }
      if (at == start || at - start > 10) {
        throw error("a size expected");
      }
      long size = Long.parseLong(text, start, at, 10);
      // Python 2 wrote long integers with this mark.
      skip('L');
      return size;
    }

    private void checkCount(List<Long> sizes) {
      long count = 1;
      for (long size : sizes) {
        // Both factors have fewer than 34 bits here. Zero sizes must not hide what others claim.
        count *= Math.max(size, 1);
        if (count > MAX_ELEMENTS) {
          throw error("more elements than an array holds").with("sizes", sizes);
        }
      }
    }

    private MerapiException error(String what) {
      return MerapiException.of(Kind.FORMAT, "npy: header: " + what).with("character", at);
    }
  }
}
