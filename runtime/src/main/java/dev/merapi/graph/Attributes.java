package dev.merapi.graph;

import dev.merapi.MerapiException;
import dev.merapi.MerapiException.Kind;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Supplier;

/// The attributes between a node's braces, read one after the other in their fixed order.
///
/// @param result the declared type of the node's first result
record Attributes(TextCursor cursor, TensorType result) {
  private static final int MOST_ITEMS = 1 << 20;
  private static final int LARGEST_AXIS = 1 << 10;
  private static final long LARGEST = Integer.MAX_VALUE;

  private void key(String name) {
    cursor.expectWord(name);
    cursor.expect("=");
  }

  String string(String name) {
    key(name);
    return cursor.string();
  }

  int integer(String name) {
    key(name);
    return (int) cursor.integer(0, LARGEST);
  }

  List<Integer> integers(String name) {
    key(name);
    return axes();
  }

  /// The second of a pair of lists, written `[0]x[1]`.
  List<Integer> partner() {
    cursor.expect("x");
    return axes();
  }

  private List<Integer> axes() {
    return list(LARGEST_AXIS, () -> (int) cursor.integer(0, LARGEST_AXIS));
  }

  List<Long> longs(String name) {
    key(name);
    return list(LARGEST_AXIS, () -> cursor.integer(0, LARGEST));
  }

  List<Dim> dims(String name) {
    key(name);
    return list(LARGEST_AXIS, cursor::dim);
  }

  private <T> List<T> list(int most, Supplier<T> item) {
    cursor.expect("[");
    var items = new ArrayList<T>();
    while (!cursor.take("]")) {
      if (!items.isEmpty()) {
        cursor.expect(",");
      }
      if (items.size() == most) {
        throw cursor.error("a list is too long");
      }
      items.add(item.get());
    }
    return items;
  }

  /// One of some names, written in lower case.
  <E extends Enum<E>> E choice(String name, E[] values) {
    key(name);
    var names = new ArrayList<String>();
    String word = cursor.word();
    for (E value : values) {
      names.add(value.name().toLowerCase(Locale.ROOT));
      if (names.getLast().equals(word)) {
        return value;
      }
    }
    throw cursor.error("unknown value").with(name, word).hint("one of " + names);
  }

  /// As [#choice(String, Enum[])]; the usual value need not be written.
  <E extends Enum<E>> E choice(String name, E[] values, E usual) {
    return cursor.sees(name) ? choice(name, values) : usual;
  }

  /// One element for all, or a list of all.
  Literal literal(String name, TensorType type) {
    key(name);
    if (!cursor.sees("[")) {
      return Literal.ofBits(type, ScalarParser.number(cursor, type.dtype(), cursor.number()));
    }
    List<Integer> bits =
        list(MOST_ITEMS, () -> ScalarParser.number(cursor, type.dtype(), cursor.number()));
    return Literal.ofDense(type, bits.stream().mapToInt(Integer::intValue).toArray());
  }

  ScalarFn function() {
    return new ScalarParser(cursor).parse();
  }

  MerapiException unknown(String name, Set<String> known) {
    return MerapiException.of(Kind.UNSUPPORTED_OP, "graph text: unknown operation")
        .with("name", name)
        .at(cursor.error("").place())
        .hint("operations of one's own are not stored; known are " + new TreeSet<>(known));
  }
}
