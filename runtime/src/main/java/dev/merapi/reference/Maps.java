package dev.merapi.reference;

import dev.merapi.graph.MapOp;
import java.util.List;

/// What [MapOp] gives.
final class Maps {
  private Maps() {}

  static double[] evaluate(MapOp op, List<Elements> operands) {
    ScalarEvaluator function = ScalarEvaluator.of(op.fn());
    double[] data = new double[operands.getFirst().data().length];
    double[] arguments = new double[operands.size()];
    for (int i = 0; i < data.length; i++) {
      for (int k = 0; k < arguments.length; k++) {
        arguments[k] = operands.get(k).data()[i];
      }
      data[i] = function.evaluate(arguments);
    }
    return data;
  }
}
