package dev.merapi.reference;

import dev.merapi.graph.Contract;
import dev.merapi.graph.Contract.Conv;
import dev.merapi.graph.Contract.Dot;
import dev.merapi.graph.Contract.Role;
import dev.merapi.graph.ConvGeometry;
import dev.merapi.graph.Dim;
import dev.merapi.graph.TensorType;
import java.util.ArrayList;
import java.util.List;

/// What the operations of [Contract] give.
final class Contractions {
  private Contractions() {}

  static double[] evaluate(Contract op, List<Elements> operands, TensorType result) {
    Elements first = operands.get(0);
    Elements second = operands.get(1);
    return switch (op) {
      case Dot dot -> dot(dot, first, second);
      case Conv(Role role, ConvGeometry geometry) -> conv(role, geometry, first, second, result);
    };
  }

  /// Both operands are brought to `[batch, free, contracted]`, then it is three loops.
  private static double[] dot(Dot dot, Elements left, Elements right) {
    var leftFree = Dot.free(left.type().rank(), dot.leftBatch(), dot.leftContract());
    var rightFree = Dot.free(right.type().rank(), dot.rightBatch(), dot.rightContract());
    double[] a = Views.permute(left, joined(dot.leftBatch(), leftFree, dot.leftContract()));
    double[] b = Views.permute(right, joined(dot.rightBatch(), rightFree, dot.rightContract()));
    int batches = Indices.count(Indices.pick(left.sizes(), dot.leftBatch()));
    int rows = Indices.count(Indices.pick(left.sizes(), leftFree));
    int columns = Indices.count(Indices.pick(right.sizes(), rightFree));
    int depth = Indices.count(Indices.pick(left.sizes(), dot.leftContract()));
    double[] data = new double[batches * rows * columns];
    for (int i = 0; i < data.length; i++) {
      int column = i % columns;
      int row = i / columns % rows;
      int batch = i / columns / rows;
      double sum = 0;
      for (int k = 0; k < depth; k++) {
        sum += a[(batch * rows + row) * depth + k] * b[(batch * columns + column) * depth + k];
      }
      data[i] = sum;
    }
    return data;
  }

  @SafeVarargs
  private static List<Integer> joined(List<Integer>... groups) {
    var axes = new ArrayList<Integer>();
    for (List<Integer> group : groups) {
      axes.addAll(group);
    }
    return axes;
  }

  /// The three roles are one sum over the triples of `x`, `w` and `y` that belong together; each
  /// role multiplies two and adds to the third.
  private static double[] conv(
      Role role, ConvGeometry geometry, Elements first, Elements second, TensorType result) {
    double[] a = first.data();
    double[] b = second.data();
    double[] sum = new double[Math.toIntExact(result.shape().elements())];
    Dim batch = role == Role.DATA ? result.shape().dim(0) : first.type().shape().dim(0);
    var triples = new ConvTriples(geometry, Math.toIntExact(batch.value()));
    switch (role) {
      case FORWARD -> triples.forEach((x, w, y) -> sum[y] += padded(a, x) * b[w]);
      case FILTER -> triples.forEach((x, w, y) -> sum[w] += padded(a, x) * b[y]);
      case DATA ->
          triples.forEach((x, w, y) -> {
            if (x != Windows.OUTSIDE) {
              sum[x] += a[y] * b[w];
            }
          });
    }
    return sum;
  }

  /// Padding is multiplied like data: an infinite weight over it gives NaN.
  private static double padded(double[] x, int place) {
    return place == Windows.OUTSIDE ? 0 : x[place];
  }
}
