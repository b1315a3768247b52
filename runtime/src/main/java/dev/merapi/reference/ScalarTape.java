package dev.merapi.reference;

import dev.merapi.graph.ScalarFn;
import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;

/// A scalar function as straight-line code: each sub-expression once, operands before their users,
/// the function itself last.
record ScalarTape(List<Step> steps) {
  /// A sub-expression, and which steps compute its operands.
  record Step(ScalarFn fn, List<Integer> operands) {}

  static ScalarTape of(ScalarFn fn) {
    var steps = new ArrayList<Step>();
    record(fn, steps, new IdentityHashMap<>());
    return new ScalarTape(List.copyOf(steps));
  }

  private static int record(ScalarFn fn, List<Step> steps, Map<ScalarFn, Integer> slots) {
    Integer known = slots.get(fn);
    if (known != null) {
      return known;
    }
    List<Integer> operands =
        switch (fn) {
          case ScalarFn.Arg _, ScalarFn.Const _ -> List.of();
          case ScalarFn.Apply apply ->
              apply.operands().stream().map(each -> record(each, steps, slots)).toList();
        };
    steps.add(new Step(fn, operands));
    slots.put(fn, steps.size() - 1);
    return steps.size() - 1;
  }
}
