package dev.merapi;

import dev.merapi.MerapiException.Kind;
import dev.merapi.TrainOptions.Samples;
import dev.merapi.graph.DType;
import dev.merapi.graph.Shape;
import dev.merapi.graph.TensorType;
import dev.merapi.train.Loss;
import dev.merapi.train.LossTerms;
import java.util.List;

/// Adds a loss to a graph, with the inputs it reads: the target, and the weights of the rows where
/// they have some.
final class LossGraph {
  /// The name of the target in the graph.
  static final String TARGET = "target";

  /// The weights of the rows.
  static final String SAMPLE_WEIGHTS = "merapi.sample_weight";

  /// The loss of the batch; in training with the penalties.
  static final String LOSS = "loss";

  /// The sums that make it, and those of several batches.
  static final String SUM = "merapi.loss_sum";

  static final String WEIGHT = "merapi.loss_weight";

  private LossGraph() {}

  /// Adds inputs and the outputs [#SUM] and [#WEIGHT].
  ///
  /// @return the loss of the batch
  static Tensor add(Trace trace, Loss loss, Tensor output, Samples samples) {
    Tensor target = trace.input(TARGET, loss.target(output.type()));
    LossTerms terms = checked(loss, output, loss.terms(output, target));
    if (samples == Samples.WEIGHTED) {
      var rows = new TensorType(DType.F32, new Shape(List.of(output.size(0))));
      terms = terms.weighted(trace.input(SAMPLE_WEIGHTS, rows));
    }
    trace.output(SUM, terms.sum());
    trace.output(WEIGHT, terms.weight());
    return loss.reduction().of(terms);
  }

  /// A mean that was taken already cannot be taken over several batches.
  static LossTerms checked(Loss loss, Tensor output, LossTerms terms) {
    boolean fits =
        output.rank() == 0
            || terms.values().rank() > 0 && terms.values().size(0).equals(output.size(0));
    if (!fits) {
      throw MerapiException.of(Kind.SHAPE, "loss: gives no value for each row")
          .with("loss", loss)
          .with("output", output.type())
          .with("values", terms.values().type())
          .hint("leave out the loss's own sum() or mean(): it is taken over all batches together");
    }
    return terms;
  }
}
