package dev.merapi.kernels.loop;

import dev.merapi.graph.DType;
import dev.merapi.graph.ScalarFn;
import dev.merapi.graph.ScalarPrimitive;
import dev.merapi.kernels.math.Expansions;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/// Turns scalar expressions into a list of instructions over basic primitives, in which equal
/// expressions are computed once.
final class ValueNumbering {
  private record Call(ScalarPrimitive primitive, List<Integer> operands) {}

  private final List<DType> types = new ArrayList<>();
  private final Map<ScalarFn.Const, ScalarOp.Constant> constants = new LinkedHashMap<>();
  private Map<Call, Integer> known = new HashMap<>();

  /// A new value, defined by the caller.
  int fresh(DType type) {
    types.add(type);
    return types.size() - 1;
  }

  DType type(int id) {
    return types.get(id);
  }

  /// A constant; all of them are defined before any code.
  int constant(DType type, int bits) {
    return constants
        .computeIfAbsent(
            new ScalarFn.Const(type, bits), _ -> new ScalarOp.Constant(fresh(type), type, bits))
        .id();
  }

  /// The constants so far.
  List<ScalarOp.Constant> constants() {
    return List.copyOf(constants.values());
  }

  /// The value of a primitive applied to values; instructions that are new are added to `code`.
  int apply(ScalarPrimitive primitive, List<Integer> operands, List<ScalarOp.Apply> code) {
    ScalarFn call =
        ScalarFn.apply(
            primitive,
            IntStream.range(0, operands.size())
                .mapToObj(i -> ScalarFn.arg(i, type(operands.get(i))))
                .toList());
    return expression(call, operands, code);
  }

  /// The value of an expression over given arguments; instructions that are new are added to
  /// `code`.
  int expression(ScalarFn fn, List<Integer> arguments, List<ScalarOp.Apply> code) {
    return Expansions.expand(fn)
        .fold((part, operands) ->
            switch (part) {
              case ScalarFn.Arg arg -> arguments.get(arg.index());
              case ScalarFn.Const constant -> constant(constant.type(), constant.bits());
              case ScalarFn.Apply apply -> call(apply, operands, code);
            });
  }

  private int call(ScalarFn.Apply apply, List<Integer> operands, List<ScalarOp.Apply> code) {
    return known.computeIfAbsent(
        new Call(apply.primitive(), operands),
        _ -> {
          int id = fresh(apply.type());
          code.add(new ScalarOp.Apply(id, apply.type(), apply.primitive(), operands));
          return id;
        });
  }

  /// Runs code whose values are forgotten afterwards, because they will not be there.
  void scope(Runnable body) {
    Map<Call, Integer> outer = known;
    known = new HashMap<>(outer);
    body.run();
    known = outer;
  }
}
