package dev.merapi.train;

import dev.merapi.Tensor;
import dev.merapi.graph.TensorType;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.function.BinaryOperator;

/// What training makes small: says for each position how far an output is from its target.
///
/// One of your own is a function of both, element by element or row by row:
///
/// ```java
/// Loss quartic = Loss.of("quartic", (output, target) -> output.minus(target).square().square());
/// ```
///
/// or a class that implements [#target] and [#terms]. Sums and means are taken by those who use it,
/// over one batch or many. A run is resumed only with a loss of the same text, so its `toString`
/// says all of it, as a record's does.
public interface Loss {
  /// The type of the target for an output of that type.
  ///
  /// @throws dev.merapi.MerapiException of kind `SHAPE` if the output does not suit this loss
  TensorType target(TensorType output);

  /// The loss of each position, and how much it counts.
  LossTerms terms(Tensor output, Tensor target);

  /// How the positions of a batch become one number.
  default Reduction reduction() {
    return Reduction.MEAN;
  }

  /// This loss with its positions put together in another way; the last option to be chosen:
  /// `crossEntropy().ignoring(-1).reduction(SUM)`.
  default Loss reduction(Reduction another) {
    return new ReducedLoss(this, another);
  }

  /// The loss of each position, `f32[N, ...]`: PyTorch's `reduction='none'`. What is weighted has
  /// its weight, what is ignored is 0.
  default Tensor each(Tensor output, Tensor target) {
    return terms(output, target).values();
  }

  /// The loss of a batch, an `f32` scalar.
  default Tensor of(Tensor output, Tensor target) {
    return reduction().of(terms(output, target));
  }

  /// A loss of outputs and targets of one type `f32[N, ...]`.
  ///
  /// @param name all that tells it from others
  /// @param each the loss of each element, or of each row `f32[N]`; no mean is taken there
  static Loss of(String name, BinaryOperator<Tensor> each) {
    return new ElementLoss(name, each);
  }

  /// What outputs are taken for, so that a mistake can be told.
  default OutputKind takes() {
    return OutputKind.ANY;
  }

  /// The number of classes where targets are class numbers; empty if they are anything else.
  ///
  /// @param output the type of the output
  default OptionalLong classes(TensorType output) {
    return OptionalLong.empty();
  }

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
