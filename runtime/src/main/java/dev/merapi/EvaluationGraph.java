package dev.merapi;

import dev.merapi.TrainOptions.Samples;
import dev.merapi.graph.Graph;
import dev.merapi.graph.Value;
import dev.merapi.train.Loss;
import java.util.function.BiConsumer;

/// Builds the graph of an evaluation: what the model computes when it serves, with a loss.
final class EvaluationGraph {
  private EvaluationGraph() {}

  static Graph of(Model model, Loss loss, Samples samples) {
    return of(
        model,
        (trace, output) ->
            trace.output(LossGraph.LOSS, LossGraph.add(trace, loss, output, samples)));
  }

  /// The loss of each row, the mean over its positions, as the output of that name.
  static Graph rows(Model model, Loss loss) {
    return of(
        model,
        (trace, output) -> {
          Tensor target = trace.input(LossGraph.TARGET, loss.target(output.type()));
          Tensor each = LossGraph.checked(loss, output, loss.terms(output, target)).values();
          trace.output(LossGraph.LOSS, each.rank() == 1 ? each : each.flatten(1).mean(1));
        });
  }

  private static Graph of(Model model, BiConsumer<Trace, Tensor> loss) {
    TrainingGraph.checkNames(model);
    Graph graph = model.graph();
    var trace = Trace.continuing(graph, Trace.Mode.EVALUATE);
    Value result = graph.outputs().getFirst().value();
    trace.at(
        LossGraph.LOSS,
        () -> {
          loss.accept(trace, trace.tensor(result));
          return trace;
        });
    return trace.finish();
  }
}
