package dev.merapi.autodiff;

import dev.merapi.MerapiException;
import dev.merapi.MerapiException.Kind;
import dev.merapi.graph.DType;
import dev.merapi.graph.GraphBuilder;
import dev.merapi.graph.Literal;
import dev.merapi.graph.Node;
import dev.merapi.graph.ScalarFn;
import dev.merapi.graph.Shape;
import dev.merapi.graph.TensorType;
import dev.merapi.graph.Value;
import dev.merapi.graph.ValueMap;
import dev.merapi.ops.Derivatives;
import java.util.List;

/// Reverse-mode differentiation as a transformation of the graph: adds the nodes that compute
/// gradients behind those of the forward pass.
///
/// Each operation brings its own vector-Jacobian product ([dev.merapi.graph.Op#vjp]); this class
/// walks the nodes that lie between the wanted values and the loss, last first, and adds up what
/// several users of a value contribute. The result is an ordinary graph and can be differentiated
/// again. A gradient node's path is that of its forward node with `/grad` behind it.
public final class Differentiate {
  private static final ScalarFn SUM = ScalarFn.arg(0).plus(ScalarFn.arg(1));

  private final GraphBuilder builder;
  private final GivenDerivatives given;
  private final ValueMap<Boolean> active = new ValueMap<>();
  private final ValueMap<Value> gradients = new ValueMap<>();

  private Differentiate(GraphBuilder builder, GivenDerivatives given) {
    this.builder = builder;
    this.given = given;
  }

  /// Adds the gradients of `loss` by each of the wanted values, in order and of their types; zeros
  /// where the loss does not depend on a value.
  ///
  /// @param builder holds the nodes of the forward pass
  /// @param loss an `f32` scalar
  /// @param wanted `f32` values, of parameters or of anything else
  /// @throws MerapiException of kind `TRACE` if the loss or a wanted value cannot be
  ///   differentiated, `UNSUPPORTED_OP` if an operation between them has no gradient
  public static List<Value> gradients(GraphBuilder builder, Value loss, List<Value> wanted) {
    return gradients(builder, loss, wanted, Derivatives::of);
  }

  /// As [#gradients(GraphBuilder, Value, List)], with other derivatives of whole scalar functions.
  static List<Value> gradients(
      GraphBuilder builder, Value loss, List<Value> wanted, GivenDerivatives given) {
    checkLoss(builder, loss);
    wanted.forEach(value -> checkWanted(builder, value));
    String place = builder.path();
    var pass = new Differentiate(builder, given);
    List<Node> forward = List.copyOf(builder.nodes());
    pass.markActive(forward, wanted);
    pass.gradients.put(loss, builder.at(place).constant(1));
    pass.walkBack(forward);
    var results = wanted.stream().map(pass::gradientOf).toList();
    builder.at(place);
    return results;
  }

  private static void checkLoss(GraphBuilder builder, Value loss) {
    if (!loss.type().equals(new TensorType(DType.F32, Shape.SCALAR))) {
      throw MerapiException.of(Kind.TRACE, "gradient: the loss is not an f32 scalar")
          .with("loss", loss.type())
          .at(builder.path())
          .hint("sum or average it first");
    }
  }

  private static void checkWanted(GraphBuilder builder, Value value) {
    if (!value.dtype().isFloat()) {
      throw MerapiException.of(Kind.TRACE, "gradient: only floats have one")
          .with("value", value + ": " + value.type())
          .at(builder.path());
    }
  }

  /// Marks what depends on a wanted value; nothing flows through integers and truth values.
  private void markActive(List<Node> nodes, List<Value> wanted) {
    wanted.forEach(value -> active.put(value, true));
    for (Node node : nodes) {
      if (node.operands().stream().anyMatch(active::contains)) {
        node.results().stream()
            .filter(result -> result.dtype().isFloat())
            .forEach(result -> active.put(result, true));
      }
    }
  }

  private void walkBack(List<Node> nodes) {
    for (Node node : nodes.reversed()) {
      boolean onPath =
          node.results().stream().anyMatch(gradients::contains)
              && node.operands().stream().anyMatch(active::contains);
      if (onPath) {
        builder.at(node.path().isEmpty() ? "grad" : node.path() + "/grad");
        try {
          node.op().vjp(new NodeVjp(this, node));
        } catch (MerapiException e) {
          throw e.place().isEmpty() ? e.at(node.path()) : e;
        }
      }
    }
  }

  GraphBuilder builder() {
    return builder;
  }

  GivenDerivatives given() {
    return given;
  }

  boolean isActive(Value value) {
    return active.contains(value);
  }

  /// The gradient by a value as far as it has been added up.
  Value gradientOf(Value value) {
    return gradients.contains(value)
        ? gradients.get(value)
        : builder.constant(Literal.splat(value.dtype(), value.shape(), 0));
  }

  void contribute(Value value, Value gradient) {
    if (!isActive(value)) {
      return;
    }
    if (!gradient.type().equals(value.type())) {
      throw MerapiException.of(Kind.SHAPE, "gradient: its type is not that of the value")
          .with("gradient", gradient.type())
          .with("value", value.type());
    }
    gradients.put(
        value,
        gradients.contains(value) ? builder.map(SUM, gradients.get(value), gradient) : gradient);
  }
}
