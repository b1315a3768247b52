package dev.merapi;

import dev.merapi.TrainOptions.Watch;
import dev.merapi.graph.TensorType;
import dev.merapi.optim.Clipping;
import dev.merapi.optim.Optimizer;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Optional;

/// Adds to the graph of a training step what follows the gradients: accumulation, norms, clipping,
/// and the optimizer's updates.
final class UpdateGraph {
  private final Trace trace;
  private final TrainOptions options;
  private final Accumulation accumulation;

  /// @param weight how much the positions of this run count together
  UpdateGraph(Trace trace, TrainOptions options, Tensor weight) {
    this.trace = trace;
    this.options = options;
    accumulation = Accumulation.of(trace, options, weight);
  }

  /// @param ofLoss those of the loss; where runs are added up, of the sum over its positions
  /// @param ofPenalty those of the penalties, if they are not among the others
  void add(Gradients ofLoss, Optional<Gradients> ofPenalty) {
    var all = new LinkedHashMap<String, Tensor>();
    ofLoss
        .byName()
        .forEach((name, each) -> {
          Tensor gradient = accumulation.reduced(name, each);
          all.put(
              name,
              ofPenalty
                  .map(penalty -> gradient.plus(Names.find("parameter", name, penalty.byName())))
                  .orElse(gradient));
        });
    var bounded = new Gradients(all);
    if (options.watch() == Watch.GRADIENT_NORMS) {
      GradientNorms.measure(trace, bounded);
    }
    for (Clipping clipping : options.clipping()) {
      bounded = bounded.clipped(clipping);
    }
    update(bounded);
  }

  private void update(Gradients gradients) {
    var names = List.copyOf(gradients.byName().keySet());
    Optimizer.Rule rule = options.optimizer().begin(new StateScope(names, "", 1));
    gradients
        .byName()
        .forEach((name, gradient) -> {
          Tensor parameter = Names.find("parameter", name, trace.parameters());
          var own = new StateScope(List.of(name), name + ".", 1);
          accumulation.store(parameter, rule.next(parameter, gradient, own));
        });
  }

  private final class StateScope implements Optimizer.Scope {
    private final List<String> parameters;

    /// What the names of its state begin with.
    private final String prefix;

    /// What the learning rate is multiplied by.
    private final double scale;

    StateScope(List<String> parameters, String prefix, double scale) {
      this.parameters = parameters;
      this.prefix = prefix;
      this.scale = scale;
    }

    @Override
    public List<String> parameters() {
      return parameters;
    }

    @Override
    public Tensor learningRate() {
      Tensor rate = trace.buffer(TrainingGraph.LEARNING_RATE, TensorType.f32());
      return scale == 1 ? rate : rate.times(scale);
    }

    @Override
    public Tensor state(String name, TensorType type) {
      return trace.buffer(TrainingGraph.STATE + prefix + name, type);
    }

    @Override
    public void store(Tensor state, Tensor next) {
      accumulation.store(state, next);
    }

    @Override
    public Optimizer.Scope scaled(double factor) {
      return new StateScope(parameters, prefix, scale * factor);
    }

    @Override
    public Optimizer.Scope part(String name) {
      return new StateScope(parameters, prefix + name + ".", scale);
    }
  }
}
