package dev.merapi.graph;

import dev.merapi.graph.ScalarFn.Apply;
import dev.merapi.graph.ScalarFn.Arg;
import dev.merapi.graph.ScalarFn.Const;
import java.util.IdentityHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;

/// Writes a [ScalarFn] as text, such as `let t0 = exp($0:f32); add(t0,t0)`.
///
/// What is used more than once is bound to a name, so that the text is as short as the expression;
/// so is what nests deeply, so that the text can be read with little stack.
final class ScalarPrinter {
  private static final int DEEPEST = 24;

  private final Map<ScalarFn, Integer> uses = new IdentityHashMap<>();
  private final Map<ScalarFn, Integer> heights = new IdentityHashMap<>();
  private final Map<ScalarFn, String> texts = new IdentityHashMap<>();
  private final StringBuilder bindings = new StringBuilder();
  private int names;

  private ScalarPrinter() {}

  static String print(ScalarFn fn) {
    var printer = new ScalarPrinter();
    printer.count(fn);
    printer.uses.put(fn, 0); // the whole needs no name
    String text = printer.text(fn);
    return printer.bindings + text;
  }

  private void count(ScalarFn fn) {
    if (uses.merge(fn, 1, Integer::sum) == 1 && fn instanceof Apply apply) {
      apply.operands().forEach(this::count);
    }
  }

  private String text(ScalarFn fn) {
    return switch (fn) {
      case Arg(int index, DType type) -> "$" + index + ":" + type;
      case Const(DType type, int bits) -> number(type, bits) + (type == DType.I32 ? "i" : "");
      case Apply apply -> {
        String known = texts.get(fn);
        if (known == null) {
          known = bound(apply, call(apply));
          texts.put(fn, known);
        }
        yield known;
      }
    };
  }

  private String call(Apply apply) {
    String operands =
        apply.operands().stream().map(this::text).collect(Collectors.joining(",", "(", ")"));
    int highest =
        apply.operands().stream().mapToInt(each -> heights.getOrDefault(each, 0)).max().orElse(0);
    heights.put(apply, highest + 1);
    return name(apply.primitive()) + operands;
  }

  private String bound(Apply apply, String call) {
    int use = uses.getOrDefault(apply, 0);
    if (use == 0 || (use == 1 && heights.getOrDefault(apply, 0) < DEEPEST)) {
      return call;
    }
    heights.put(apply, 0);
    String name = "t" + names++;
    bindings.append("let ").append(name).append(" = ").append(call).append("; ");
    return name;
  }

  /// The name of a primitive in the text form, such as `fma`.
  static String name(ScalarPrimitive primitive) {
    return primitive.name().toLowerCase(Locale.ROOT);
  }

  /// One element: decimals that give the same bits when read, `nan#7fc00000`, `inf`, `true`.
  static String number(DType type, int bits) {
    return switch (type) {
      case F32 -> {
        float value = Float.intBitsToFloat(bits);
        if (Float.isNaN(value)) {
          yield "nan#" + Integer.toHexString(bits);
        }
        yield Float.toString(value).replace("Infinity", "inf");
      }
      case I32 -> Integer.toString(bits);
      case BOOL -> bits != 0 ? "true" : "false";
    };
  }
}
