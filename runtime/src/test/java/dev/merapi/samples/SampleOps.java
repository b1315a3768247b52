package dev.merapi.samples;

import dev.merapi.graph.Custom;
import dev.merapi.graph.ScalarFn;
import dev.merapi.graph.TensorType;
import dev.merapi.graph.Vjp;
import java.util.List;

/// Operations as a user would bring them.
final class SampleOps {
  private SampleOps() {}

  /// `(x, y) -> (x * y, x + y)`: two results, of which either may have no gradient.
  record ProductAndSum() implements Custom {
    @Override
    public List<TensorType> infer(List<TensorType> operands) {
      return List.of(operands.get(0), operands.get(1));
    }

    @Override
    public List<double[]> evaluate(List<double[]> operands, List<TensorType> operandTypes) {
      double[] x = operands.get(0);
      double[] y = operands.get(1);
      double[] product = new double[x.length];
      double[] sum = new double[x.length];
      for (int i = 0; i < x.length; i++) {
        product[i] = x[i] * y[i];
        sum[i] = x[i] + y[i];
      }
      return List.of(product, sum);
    }

    @Override
    public void vjp(Vjp context) {
      ScalarFn chain = ScalarFn.fma(ScalarFn.arg(0), ScalarFn.arg(1), ScalarFn.arg(2));
      for (int i = 0; i < 2; i++) {
        var arguments = List.of(context.gradient(0), context.operand(1 - i), context.gradient(1));
        context.give(i, context.builder().map(chain, arguments));
      }
    }

    @Override
    public String name() {
      return "sample.productAndSum";
    }
  }
}
