package dev.merapi.graph;

import dev.merapi.graph.ScalarFn.Apply;
import dev.merapi.graph.ScalarFn.Arg;
import dev.merapi.graph.ScalarFn.Const;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/// Writes a [ScalarFn] as text, such as `let t0 = exp($0:f32); add(t0,t0)`.
///
/// What is used more than once is bound to a name, so that the text is as short as the expression;
/// so is what nests deeply, so that the text can be read with little stack.
final class ScalarPrinter {
  private static final int DEEPEST = 24;

  private final Map<ScalarFn, Integer> uses = new IdentityHashMap<>();
  private final Map<ScalarFn, Integer> heights = new IdentityHashMap<>();
  private final StringBuilder bindings = new StringBuilder();
  private int names;

  private ScalarPrinter() {}

  static String print(ScalarFn fn) {
    var printer = new ScalarPrinter();
    for (ScalarFn part : fn.parts()) {
      if (part instanceof Apply apply) {
        apply.operands().forEach(each -> printer.uses.merge(each, 1, Integer::sum));
      }
    }
    printer.uses.put(fn, 0); // the whole needs no name
    String text = fn.fold(printer::text);
    return printer.bindings + text;
  }

  private String text(ScalarFn fn, List<String> operands) {
    return switch (fn) {
      case Arg(int index, DType type) -> "$" + index + ":" + type;
      case Const(DType type, int bits) -> number(type, bits) + (type == DType.I32 ? "i" : "");
      case Apply apply ->
          bound(apply, name(apply.primitive()) + "(" + String.join(",", operands) + ")");
    };
  }

  private String bound(Apply apply, String call) {
    int height = 1;
    for (ScalarFn operand : apply.operands()) {
      height = Math.max(height, 1 + heights.getOrDefault(operand, 0));
    }
    int use = uses.getOrDefault(apply, 0);
    if (use == 0 || (use == 1 && height < DEEPEST)) {
      heights.put(apply, height);
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
