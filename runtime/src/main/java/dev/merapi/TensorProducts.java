package dev.merapi;

import dev.merapi.MerapiException.Kind;
import dev.merapi.graph.Contract;
import dev.merapi.graph.Dim;
import dev.merapi.graph.Index;
import dev.merapi.graph.Shape;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;

/// Matrix products and lookups of tensors.
final class TensorProducts {
  private TensorProducts() {}

  static Tensor matmul(Tensor left, Tensor right) {
    if (left.rank() == 0 || right.rank() == 0) {
      throw MerapiException.of(Kind.SHAPE, "matmul: a scalar has no rows and columns")
          .with("left", left.type())
          .with("right", right.type())
          .hint("use times()");
    }
    if (right.rank() <= 2) { // every row of the left operand meets the same matrix
      return dot(left, right, 0);
    }
    int batch = Math.max(left.rank(), right.rank()) - 2;
    if (left.rank() == 1) {
      return matmul(left.reshape(1, left.size(0)), right).squeeze(-2);
    }
    var leading = new ArrayList<Dim>();
    for (int axis = 0; axis < batch; axis++) {
      leading.add(common(leadingSize(left, axis, batch), leadingSize(right, axis, batch)));
    }
    return dot(spread(left, leading), spread(right, leading), batch);
  }

  private static Tensor dot(Tensor left, Tensor right, int batch) {
    var paired = IntStream.range(0, batch).boxed().toList();
    int rows = Math.max(0, right.rank() - 2);
    var dot = new Contract.Dot(paired, paired, List.of(left.rank() - 1), List.of(rows));
    return Tensor.build((builder, xs) -> builder.dot(dot, xs.get(0), xs.get(1)), left, right);
  }

  private static Dim leadingSize(Tensor x, int axis, int batch) {
    int own = axis - (batch - (x.rank() - 2));
    return own < 0 ? Dim.of(1) : x.size(own);
  }

  /// A mismatch is left to the broadcast, whose error names both shapes.
  private static Dim common(Dim a, Dim b) {
    return a.equals(Dim.of(1)) ? b : a;
  }

  private static Tensor spread(Tensor x, List<Dim> leading) {
    var dims = new ArrayList<>(leading);
    dims.addAll(x.shape().dims().subList(x.rank() - 2, x.rank()));
    return x.broadcastTo(new Shape(dims));
  }

  static Tensor gather(Tensor x, int axis, int batch, Tensor indices) {
    var gather = new Index.Gather(x.shape().axis(axis), batch);
    return Tensor.build((builder, xs) -> builder.add(gather, xs).result(), x, indices);
  }
}
