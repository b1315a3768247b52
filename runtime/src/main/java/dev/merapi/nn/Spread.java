package dev.merapi.nn;

import dev.merapi.Tensor;
import dev.merapi.graph.View;
import java.util.List;

/// Repeats a tensor along the axes that it does not have. Unlike a reshape and the rules of NumPy
/// this is one node, which the compiler recognises as the way back from a fold.
final class Spread {
  private Spread() {}

  /// Values repeated to the shape of `x`.
  ///
  /// @param axes the axes of `x` that those of the values are, ascending
  static Tensor over(Tensor x, Tensor values, List<Integer> axes) {
    return values.rank() == x.rank()
        ? values
        : Tensor.build(
            (builder, operands) ->
                builder.add(new View.Broadcast(x.shape(), axes), operands).result(),
            values);
  }
}
