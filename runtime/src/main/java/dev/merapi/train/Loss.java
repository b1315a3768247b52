package dev.merapi.train;

import dev.merapi.Tensor;
import dev.merapi.graph.TensorType;
import java.util.OptionalInt;

/// What training makes small: a number that says how far an output is from its target. A run is
/// resumed only with a loss of the same text, so its `toString` says all of it, as a record's does.
public interface Loss {
  /// The type of the target for an output of that type.
  ///
  /// @throws dev.merapi.MerapiException of kind `SHAPE` if the output does not suit this loss
  TensorType target(TensorType output);

  /// The loss, an `f32` scalar.
  Tensor of(Tensor output, Tensor target);

  /// For yes-or-no answers, the output above which the answer is yes, as metrics read it: 0.5 for
  /// probabilities, 0 where outputs are logits.
  default double boundary() {
    return 0.5;
  }

  /// The class number of targets that do not count, if there is one; metrics leave them out, too.
  default OptionalInt ignored() {
    return OptionalInt.empty();
  }
}
