package dev.merapi.train;

import dev.merapi.graph.TensorType;
import dev.merapi.memory.HostTensor;
import java.util.OptionalInt;

/// A number that says how well outputs fit their targets, beside the loss: worked out over all rows
/// of a data set, not as a mean over its batches. Where the data have weights, rows count by them.
///
/// A metric holds no numbers; each pass over the data asks for a [Meter]. The usual ones are in
/// [Metrics].
public interface Metric {
  /// The name in a [dev.merapi.History], such as `accuracy`: letters, digits and `_ . @ -`, and not
  /// what a history calls something else, such as `loss`, `epoch` or what begins with `val_`.
  String name();

  /// Which values are better.
  Direction direction();

  /// A meter that has seen nothing.
  ///
  /// @throws dev.merapi.MerapiException of kind `SHAPE` or `ARGUMENT` if this metric makes no sense
  ///   of such outputs and targets
  Meter meter(Subject subject);

  /// What is measured.
  ///
  /// @param output the type of the output; the first size, that of the batch, may be a name
  /// @param target the type of the target
  /// @param boundary for yes-or-no answers, the output above which the answer is yes: 0.5 for
  ///   probabilities, 0 for logits
  /// @param ignored the class number of targets that are left out
  record Subject(TensorType output, TensorType target, double boundary, OptionalInt ignored) {
    /// Outputs and targets of these types as that loss reads them.
    public static Subject of(TensorType output, Loss loss) {
      return new Subject(output, loss.target(output), loss.boundary(), loss.ignored());
    }
  }

  /// Adds up what it sees. Used by one thread; adding a batch allocates nothing for a row.
  interface Meter {
    /// Adds the rows of a batch, each as often as its weight says: a row of weight 2 counts as if
    /// it were there twice.
    void add(HostTensor output, HostTensor target, SampleWeights weights);

    /// Adds the rows of a batch, all alike.
    default void add(HostTensor output, HostTensor target) {
      add(output, target, SampleWeights.ALIKE);
    }

    /// The metric of all rows so far; NaN where they do not define it.
    double result();

    /// A copy of everything that [#result] and later batches depend on.
    double[] state();

    /// Goes on from a state that [#state] gave.
    void restore(double[] state);
  }
}
