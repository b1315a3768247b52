package dev.merapi;

import dev.merapi.ops.ScalarFamilies;
import dev.merapi.optim.Clipping;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.UnaryOperator;

/// The gradients of the trained parameters in the graph of a step, by name.
record Gradients(Map<String, Tensor> byName) {
  /// What PyTorch adds to the norm before it divides by it.
  private static final double TINY = 1e-6;

  /// Each gradient's sum of squares.
  Map<String, Tensor> squares() {
    var squares = new LinkedHashMap<String, Tensor>();
    byName.forEach((name, gradient) -> squares.put(name, gradient.square().sum()));
    return squares;
  }

  /// The norm of all gradients together.
  Tensor norm() {
    return squares().values().stream().reduce(Tensor::plus).orElse(Tensor.scalar(0)).sqrt();
  }

  Gradients clipped(Clipping clipping) {
    return switch (clipping) {
      case Clipping.Norm(double largest) -> {
        Tensor share = Tensor.scalar(largest).over(norm().plus(TINY));
        Tensor factor = share.minimum(Tensor.scalar(1));
        yield each(gradient -> gradient.times(factor));
      }
      case Clipping.Value(double largest) ->
          each(gradient -> gradient.map(ScalarFamilies.clamp(-largest, largest)));
    };
  }

  private Gradients each(UnaryOperator<Tensor> change) {
    var changed = new LinkedHashMap<String, Tensor>();
    byName.forEach((name, gradient) -> changed.put(name, change.apply(gradient)));
    return new Gradients(changed);
  }
}
