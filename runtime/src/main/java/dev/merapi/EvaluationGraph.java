package dev.merapi;

import dev.merapi.graph.Graph;
import dev.merapi.graph.Value;
import dev.merapi.train.Loss;

/// Builds the graph of an evaluation: what the model computes when it serves, with a loss.
final class EvaluationGraph {
  private EvaluationGraph() {}

  static Graph of(Model model, Loss loss) {
    TrainingGraph.checkNames(model);
    Graph graph = model.graph();
    var trace = Trace.continuing(graph, Trace.Mode.EVALUATE);
    Value result = graph.outputs().getFirst().value();
    trace.at(
        TrainingGraph.LOSS,
        () -> {
          Tensor output = trace.tensor(result);
          Tensor target = trace.input(TrainingGraph.TARGET, loss.target(output.type()));
          trace.output(TrainingGraph.LOSS, loss.of(output, target));
          return trace;
        });
    return trace.finish();
  }
}
