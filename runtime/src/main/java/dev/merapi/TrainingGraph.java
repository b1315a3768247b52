package dev.merapi;

import dev.merapi.autodiff.Differentiate;
import dev.merapi.graph.DType;
import dev.merapi.graph.Graph;
import dev.merapi.graph.TensorType;
import dev.merapi.graph.Value;
import dev.merapi.optim.Optimizer;
import dev.merapi.spi.ModelContents;
import dev.merapi.train.Loss;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/// Builds the graph of a training step: forward pass, loss, gradients, updates.
final class TrainingGraph {
  /// The names of the target and of the loss in the graph.
  static final String TARGET = "target";

  static final String LOSS = "loss";

  /// What names of state parameters begin with; weights never do, as they have no such module.
  static final String STATE = ModelContents.STATE;

  static final String LEARNING_RATE = STATE + "learning_rate";

  private TrainingGraph() {}

  /// The forward pass with its loss; sizes are symbolic.
  static Graph forward(Model model, Loss loss) {
    var trace = Trace.continuing(model.trainingGraph(), Trace.Mode.TRAIN);
    Tensor output = trace.tensor(output(model.trainingGraph(), model.onlyOutput()));
    trace.at(
        LOSS,
        () -> {
          Tensor target = trace.input(TARGET, loss.target(output.type()));
          trace.output(LOSS, loss.of(output, target));
          return trace;
        });
    return trace.finish();
  }

  /// The whole step for bound sizes.
  static Graph step(Graph forward, Optimizer optimizer, Map<String, Long> sizes) {
    Graph bound = forward.bind(sizes);
    var trace = Trace.continuing(bound, Trace.Mode.TRAIN);
    var trained = bound.weights();
    trained.values().removeIf(value -> value.dtype() != DType.F32);
    Value loss = output(bound, LOSS);
    List<Value> gradients =
        Differentiate.gradients(trace.builder(), loss, List.copyOf(trained.values()));
    trace.at(
        "optimizer",
        () -> {
          update(trace, optimizer, new ArrayList<>(trained.keySet()), gradients);
          return trace;
        });
    return trace.finish();
  }

  private static Value output(Graph graph, String label) {
    return graph.outputs().stream()
        .filter(each -> each.label().equals(label))
        .findFirst()
        .orElseThrow()
        .value();
  }

  private static void update(
      Trace trace, Optimizer optimizer, List<String> names, List<Value> gradients) {
    Optimizer.Rule rule = optimizer.begin(new StateScope(trace, STATE));
    for (int i = 0; i < names.size(); i++) {
      String name = names.get(i);
      Tensor parameter = trace.parameters().get(name);
      Tensor gradient = trace.tensor(gradients.get(i));
      if (parameter == null) {
        throw new IllegalStateException("the trace lost a parameter: " + name);
      }
      var own = new StateScope(trace, STATE + name + ".");
      trace.store(parameter, rule.next(parameter, gradient, own));
    }
  }

  private record StateScope(Trace trace, String prefix) implements Optimizer.Scope {
    @Override
    public Tensor learningRate() {
      return trace.parameter(LEARNING_RATE, TensorType.f32());
    }

    @Override
    public Tensor state(String name, TensorType type) {
      return trace.parameter(prefix + name, type);
    }

    @Override
    public void store(Tensor state, Tensor next) {
      trace.store(state, next);
    }
  }
}
