package dev.merapi.kernels.emit;

import dev.merapi.graph.DType;
import dev.merapi.graph.ScalarFn;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/// One scalar expression as instructions over basic primitives.
///
/// @param numbering knows the types of the values, and the constants
/// @param arguments the value of each argument, -1 for one that is not used
/// @param body the instructions
/// @param result the value of the expression
public record Listing(
    ValueNumbering numbering, List<Integer> arguments, List<ScalarOp.Apply> body, int result) {
  public static Listing of(ScalarFn fn) {
    var numbering = new ValueNumbering();
    Map<Integer, Integer> used = new HashMap<>();
    fn.rewrite(arg -> {
      used.computeIfAbsent(arg.index(), _ -> numbering.fresh(arg.type()));
      return arg;
    });
    List<Integer> arguments =
        IntStream.range(0, fn.arity()).map(i -> used.getOrDefault(i, -1)).boxed().toList();
    List<ScalarOp.Apply> body = new ArrayList<>();
    int result = numbering.expression(fn, arguments, body);
    return new Listing(numbering, arguments, body, result);
  }

  DType type(int value) {
    return numbering.type(value);
  }
}
