package dev.merapi.graph;

import dev.merapi.MerapiException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Pattern;

/// Reads the text form of a [ScalarFn]. Parentheses nest a few levels only; what is deeper is bound
/// to names, as [ScalarPrinter] does it.
final class ScalarParser {
  private static final int DEEPEST = 64;
  private static final int MOST_ARGUMENTS = 1000;

  private static final Pattern DECIMAL = Pattern.compile("-?[0-9]+(\\.[0-9]+)?(e-?[0-9]+)?");
  private static final Map<String, ScalarPrimitive> PRIMITIVES = primitives();

  private final TextCursor cursor;
  private final Map<String, ScalarFn> names = new HashMap<>();
  private int depth;

  private static Map<String, ScalarPrimitive> primitives() {
    var primitives = new HashMap<String, ScalarPrimitive>();
    for (ScalarPrimitive each : ScalarPrimitive.values()) {
      primitives.put(ScalarPrinter.name(each), each);
    }
    return primitives;
  }

  ScalarParser(TextCursor cursor) {
    this.cursor = cursor;
  }

  /// Bindings `let name = expression;`, then the expression itself.
  ScalarFn parse() {
    while (cursor.take("let ")) {
      String name = cursor.word();
      cursor.expect("=");
      ScalarFn value = expression();
      cursor.expect(";");
      if (names.put(name, value) != null) {
        throw cursor.error("a name is bound twice").with("name", name);
      }
    }
    return expression();
  }

  private ScalarFn expression() {
    if (cursor.take("$")) {
      int index = (int) cursor.integer(0, MOST_ARGUMENTS);
      cursor.expect(":");
      return new ScalarFn.Arg(index, type(cursor));
    }
    String word = cursor.number();
    if (cursor.take("(")) {
      return call(word);
    }
    ScalarFn bound = names.get(word);
    return bound != null ? bound : constant(word);
  }

  private ScalarFn call(String name) {
    if (++depth > DEEPEST) {
      throw cursor
          .error("an expression nests too deeply")
          .with("limit", DEEPEST)
          .hint("let t0 = ...; gives a part of it a name");
    }
    ScalarPrimitive primitive = primitive(name);
    var operands = new ArrayList<ScalarFn>();
    while (!cursor.take(")")) {
      if (!operands.isEmpty()) {
        cursor.expect(",");
      }
      if (operands.size() == primitive.arity()) {
        throw cursor.error("too many operands").with("primitive", name);
      }
      operands.add(expression());
    }
    depth--;
    try {
      return ScalarFn.apply(primitive, operands);
    } catch (MerapiException e) {
      throw cursor.error("operands do not fit").with("reason", e.getMessage()).causedBy(e);
    }
  }

  private ScalarPrimitive primitive(String name) {
    ScalarPrimitive known = PRIMITIVES.get(name);
    if (known != null) {
      return known;
    }
    throw cursor.error("unknown primitive").with("name", name).hint("as in add($0:f32,1.0)");
  }

  private ScalarFn constant(String word) {
    DType type =
        word.equals("true") || word.equals("false")
            ? DType.BOOL
            : word.endsWith("i") ? DType.I32 : DType.F32;
    String digits = type == DType.I32 ? word.substring(0, word.length() - 1) : word;
    return new ScalarFn.Const(type, number(cursor, type, digits));
  }

  /// An element type by its name.
  static DType type(TextCursor cursor) {
    String name = cursor.word();
    try {
      return DType.parse(name);
    } catch (MerapiException e) {
      throw cursor.error("unknown element type").with("name", name).causedBy(e);
    }
  }

  /// The bits of one element, read as [ScalarPrinter#number] writes it.
  static int number(TextCursor cursor, DType type, String word) {
    try {
      return switch (type) {
        case F32 -> floatBits(word);
        case I32 -> Integer.parseInt(word);
        case BOOL -> truth(word);
      };
    } catch (NumberFormatException _) {
      throw cursor
          .error("not a number of type " + type)
          .with("text", word)
          .hint("such as 1.5, -inf, nan#7fc00000, 7 or true");
    }
  }

  private static int floatBits(String word) {
    if (word.startsWith("nan#")) {
      int bits = Integer.parseUnsignedInt(word.substring(4), 16);
      if (!Float.isNaN(Float.intBitsToFloat(bits))) {
        throw new NumberFormatException("not the bits of NaN");
      }
      return bits;
    }
    String value = word.toLowerCase(Locale.ROOT);
    if (value.endsWith("inf")) {
      return switch (value) {
        case "inf" -> Float.floatToRawIntBits(Float.POSITIVE_INFINITY);
        case "-inf" -> Float.floatToRawIntBits(Float.NEGATIVE_INFINITY);
        default -> throw new NumberFormatException(word);
      };
    }
    if (!DECIMAL.matcher(value).matches()) {
      throw new NumberFormatException(word);
    }
    float parsed = Float.parseFloat(value);
    if (Float.isInfinite(parsed)) {
      throw new NumberFormatException("out of range");
    }
    return Float.floatToRawIntBits(parsed);
  }

  private static int truth(String word) {
    return switch (word) {
      case "true" -> 1;
      case "false" -> 0;
      default -> throw new NumberFormatException(word);
    };
  }
}
