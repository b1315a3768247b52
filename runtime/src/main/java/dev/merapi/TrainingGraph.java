package dev.merapi;

import dev.merapi.MerapiException.Kind;
import dev.merapi.autodiff.Differentiate;
import dev.merapi.graph.DType;
import dev.merapi.graph.Graph;
import dev.merapi.graph.Value;
import dev.merapi.spi.ModelContents;
import dev.merapi.train.Penalty;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/// Builds the graph of a training step: forward pass, loss, gradients, updates.
final class TrainingGraph {
  /// What the penalties add to the loss, where there are some.
  static final String PENALTY = "merapi.penalty";

  /// What names of state parameters begin with; weights never do, as they have no such module.
  static final String STATE = ModelContents.STATE;

  static final String LEARNING_RATE = STATE + "learning_rate";

  private TrainingGraph() {}

  /// Checks that a model's names leave room for target and loss.
  static void checkNames(Model model) {
    Graph graph = model.graph();
    if (graph.inputs().containsKey(LossGraph.TARGET)
        || graph.parameters().containsKey(LossGraph.TARGET)) {
      String what = graph.inputs().containsKey(LossGraph.TARGET) ? "input" : "parameter";
      throw MerapiException.of(Kind.ARGUMENT, "training: the name of the target is taken")
          .with(what, LossGraph.TARGET)
          .with("model", model.name())
          .hint("give the model's " + what + " another name, such as x");
    }
    if (model.onlyOutput().equals(LossGraph.LOSS)) {
      throw MerapiException.of(Kind.ARGUMENT, "training: the name of the loss is taken")
          .with("output", LossGraph.LOSS)
          .with("model", model.name())
          .hint("give the model's output another name, such as scores");
    }
  }

  /// The forward pass with its loss; sizes are symbolic.
  ///
  /// @throws MerapiException of kind `ARGUMENT` if the model has not one output, or takes a name
  static Graph forward(Model model, TrainOptions options) {
    checkNames(model);
    var trace = Trace.continuing(model.trainingGraph(), Trace.Mode.TRAIN);
    Tensor output = trace.tensor(output(model.trainingGraph(), model.onlyOutput()));
    trace.at(
        LossGraph.LOSS,
        () -> {
          Tensor loss = LossGraph.add(trace, options.loss(), output, options.samples());
          Optional<Tensor> penalty = penalty(weights(model, trace), options);
          penalty.ifPresent(each -> trace.output(PENALTY, each));
          trace.output(LossGraph.LOSS, penalty.map(loss::plus).orElse(loss));
          return trace;
        });
    return trace.finish();
  }

  /// The parameters that are trained, without buffers.
  private static Map<String, Tensor> weights(Model model, Trace trace) {
    var weights = new LinkedHashMap<>(trace.parameters());
    weights.keySet().retainAll(model.trainingGraph().weights().keySet());
    return weights;
  }

  /// The sum of all penalties: those of one weight are one sum.
  private static Optional<Tensor> penalty(Map<String, Tensor> weights, TrainOptions options) {
    Set<String> trained = trained(weights.keySet(), options);
    var prices = new LinkedHashMap<String, Tensor>();
    for (Penalty penalty : options.penalties()) {
      penalty
          .charged(weights)
          .forEach((name, weight) -> {
            if (trained.contains(name)) {
              prices.merge(name, penalty.each(weight), Tensor::plus);
            }
          });
    }
    return prices.values().stream().map(Tensor::sum).reduce(Tensor::plus);
  }

  /// The names without those of frozen parameters.
  private static Set<String> trained(Set<String> names, TrainOptions options) {
    var trained = new LinkedHashSet<>(names);
    options.frozen().forEach(pattern -> trained.removeAll(pattern.select("freeze", names)));
    if (trained.isEmpty() && !names.isEmpty()) {
      throw MerapiException.of(Kind.ARGUMENT, "freeze: nothing is left to train")
          .with("frozen", options.frozen())
          .with("parameters", names);
    }
    return trained;
  }

  /// The whole step for bound sizes.
  static Graph step(Graph forward, TrainOptions options, Map<String, Long> sizes) {
    Graph bound = forward.bind(sizes);
    var trace = Trace.continuing(bound, Trace.Mode.TRAIN);
    var trained = bound.weights();
    trained.keySet().retainAll(trained(bound.weights().keySet(), options));
    trained.values().removeIf(value -> value.dtype() != DType.F32);
    String objective = options.accumulation() == 1 ? LossGraph.LOSS : LossGraph.SUM;
    Gradients gradients = gradients(trace, output(bound, objective), trained);
    var penalty =
        find(bound, PENALTY)
            .filter(_ -> options.accumulation() > 1) // else it is part of the objective
            .map(each -> gradients(trace, each, trained));
    trace.at(
        "optimizer",
        () -> {
          Tensor weight = trace.tensor(output(bound, LossGraph.WEIGHT));
          new UpdateGraph(trace, options, weight).add(gradients, penalty);
          return trace;
        });
    return trace.finish();
  }

  private static Gradients gradients(Trace trace, Value of, Map<String, Value> by) {
    List<Value> all = Differentiate.gradients(trace.builder(), of, List.copyOf(by.values()));
    var byName = new LinkedHashMap<String, Tensor>();
    for (String name : by.keySet()) {
      byName.put(name, trace.tensor(all.get(byName.size())));
    }
    return new Gradients(byName);
  }

  private static Value output(Graph graph, String label) {
    return find(graph, label).orElseThrow();
  }

  /// The output of that name, if there is one.
  private static Optional<Value> find(Graph graph, String label) {
    return graph.outputs().stream()
        .filter(each -> each.label().equals(label))
        .findFirst()
        .map(Graph.Output::value);
  }
}
