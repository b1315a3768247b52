package dev.merapi.reference;

import dev.merapi.graph.ScalarFn;
import java.util.ArrayList;
import java.util.List;

/// A scalar function as straight-line code: each sub-expression once, operands before their users,
/// the function itself last.
record ScalarTape(List<Step> steps) {
  /// A sub-expression, and which steps compute its operands.
  record Step(ScalarFn fn, List<Integer> operands) {}

  static ScalarTape of(ScalarFn fn) {
    var steps = new ArrayList<Step>();
    fn.<Integer>fold((part, operands) -> {
      steps.add(new Step(part, operands));
      return steps.size() - 1;
    });
    return new ScalarTape(List.copyOf(steps));
  }
}
