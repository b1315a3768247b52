package dev.merapi.optim;

import dev.merapi.Tensor;
import dev.merapi.graph.TensorType;
import java.util.List;

/// How parameters follow their gradients: adds the update to the graph of a training step.
///
/// An optimizer holds no numbers. What it remembers from step to step are state parameters of the
/// graph, so that they are stored, saved and restored like the weights. A run is resumed only with
/// an optimizer of the same text, so its `toString` says all of it, as a record's does.
public interface Optimizer {
  /// The learning rate that training starts with; it may be changed between steps.
  double learningRate();

  /// Adds what all parameters share, such as the number of the step.
  Rule begin(Scope shared);

  /// The update of one parameter.
  @FunctionalInterface
  interface Rule {
    /// The parameter's next value.
    ///
    /// @param own keeps state of this parameter alone
    Tensor next(Tensor parameter, Tensor gradient, Scope own);
  }

  /// Where an optimizer keeps its state.
  interface Scope {
    /// The names of the parameters that it is for: all that are trained, or one.
    List<String> parameters();

    /// The learning rate of this step, a scalar.
    Tensor learningRate();

    /// A state parameter that is zero before the first step.
    ///
    /// @param name unique within the scope
    Tensor state(String name, TensorType type);

    /// Stores the next value of a state parameter.
    void store(Tensor state, Tensor next);

    /// This with the learning rate multiplied by a factor.
    Scope scaled(double factor);

    /// This with state apart from its own.
    ///
    /// @param name unique within the scope
    Scope part(String name);
  }
}
