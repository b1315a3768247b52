package dev.merapi.reference;

import dev.merapi.graph.DType;
import dev.merapi.graph.Monoid;
import dev.merapi.graph.Reduce;
import dev.merapi.graph.Reduce.ArgFold;
import dev.merapi.graph.Reduce.Fold;
import dev.merapi.graph.Reduce.Window;
import dev.merapi.graph.Reduce.WindowGrad;
import dev.merapi.graph.TensorType;
import dev.merapi.graph.WindowGeometry;
import java.util.Arrays;
import java.util.List;

/// What the operations of [Reduce] give.
final class Reductions {
  private Reductions() {}

  static double[] evaluate(Reduce op, List<Elements> operands, TensorType result) {
    Elements x = operands.getFirst();
    return switch (op) {
      case Fold(Monoid monoid, List<Integer> axes) -> fold(monoid, x, axes, result);
      case ArgFold(Monoid monoid, int axis) -> argFold(monoid, x, axis);
      case Window(Monoid monoid, WindowGeometry geometry) ->
          new Windows(geometry, x.sizes()).pool(monoid, x);
      case WindowGrad(Monoid monoid, WindowGeometry geometry) ->
          new Windows(geometry, x.sizes()).poolGradient(monoid, x, operands.get(1).data());
    };
  }

  static double combine(Monoid monoid, DType type, double a, double b) {
    return ScalarEvaluator.evaluate(monoid.combine(), type, a, b, 0);
  }

  /// Whether an element takes the place of the extreme found so far: the first one stays, the first
  /// NaN stays for good.
  static boolean replaces(Monoid monoid, double element, double extreme) {
    if (Double.isNaN(extreme)) {
      return false;
    }
    boolean beyond = monoid == Monoid.MAX ? element > extreme : element < extreme;
    return beyond || Double.isNaN(element);
  }

  private static double[] fold(Monoid monoid, Elements x, List<Integer> axes, TensorType result) {
    int[] kept = Indices.strides(Indices.sizes(result.shape()));
    int[] strides = new int[x.type().rank()];
    int next = 0;
    for (int axis = 0; axis < strides.length; axis++) {
      strides[axis] = axes.contains(axis) ? 0 : kept[next++];
    }
    DType type = result.dtype();
    double[] data = new double[Math.toIntExact(result.shape().elements())];
    Arrays.fill(data, monoid.identity(type).value(0));
    Indices.forEach(
        x.sizes(),
        0,
        strides,
        (flat, into) -> data[into] = combine(monoid, type, data[into], x.data()[flat]));
    return data;
  }

  private static double[] argFold(Monoid monoid, Elements x, int axis) {
    int[] sizes = x.sizes();
    int before = Indices.count(sizes, 0, axis);
    int behind = Indices.count(sizes, axis + 1, sizes.length);
    double[] data = new double[before * behind];
    for (int flat = 0; flat < data.length; flat++) {
      int first = flat / behind * sizes[axis] * behind + flat % behind;
      int best = 0;
      for (int i = 1; i < sizes[axis]; i++) {
        if (replaces(monoid, x.data()[first + i * behind], x.data()[first + best * behind])) {
          best = i;
        }
      }
      data[flat] = best;
    }
    return data;
  }
}
