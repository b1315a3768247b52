package dev.merapi.drawn;

import dev.merapi.graph.Graph;
import dev.merapi.graph.GraphBuilder;
import dev.merapi.graph.GraphRewriter;
import dev.merapi.graph.Literal;
import dev.merapi.graph.MapOp;
import dev.merapi.graph.ScalarFn;
import dev.merapi.graph.Shape;
import dev.merapi.graph.TensorType;
import dev.merapi.graph.Value;
import dev.merapi.graph.ValueMap;
import dev.merapi.reference.Interpreter;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// What the interpreter says that a graph gives, and how far a computation in `f32` may be from it:
/// not at all where every number on the way fits into an `f32` and no order of additions matters.
public final class Expected {
  /// The elements of one result.
  ///
  /// @param error the largest difference of a correct computation; infinite where a rounded number
  ///   was compared with another, so that anything may come out
  public record Result(double[] elements, double error) {
    /// Whether a correct computation may have that number there.
    public boolean allows(int index, double actual) {
      double expected = elements[index];
      return error == Double.POSITIVE_INFINITY
          || expected == actual
          || (Double.isNaN(expected) && Double.isNaN(actual))
          || Math.abs(expected - actual) <= error;
    }
  }

  private final Map<String, Result> outputs = new LinkedHashMap<>();
  private final Map<String, Result> state = new LinkedHashMap<>();

  private Expected() {}

  /// Interprets a graph of constant sizes.
  public static Expected of(Graph graph, Map<String, double[]> bindings) {
    var expected = new Expected();
    Graph split = splitMaps(graph);
    ValueMap<double[]> values = Interpreter.values(split, bindings);
    ValueMap<Double> errors = ErrorBounds.of(split, values);
    split
        .outputs()
        .forEach(each ->
            expected.outputs.put(
                each.label(), new Result(values.get(each.value()), errors.get(each.value()))));
    split
        .parameters()
        .forEach((label, parameter) -> {
          Value next =
              split.state().stream()
                  .filter(pair -> pair.read().equals(parameter))
                  .map(Graph.StatePair::next)
                  .findFirst()
                  .orElse(parameter);
          expected.state.put(label, new Result(values.get(next), errors.get(next)));
        });
    return expected;
  }

  /// By label.
  public Map<String, Result> outputs() {
    return outputs;
  }

  /// What each parameter holds afterwards, by label.
  public Map<String, Result> state() {
    return state;
  }

  /// The graph with a node for each primitive, so that the bounds see every number on the way.
  private static Graph splitMaps(Graph graph) {
    return GraphRewriter.rewrite(
        graph,
        (node, operands, builder) ->
            node.op() instanceof MapOp(ScalarFn fn)
                ? List.of(
                    split(fn, operands, node.result().shape(), builder, new IdentityHashMap<>()))
                : builder.copy(node, operands));
  }

  private static Value split(
      ScalarFn fn,
      List<Value> operands,
      Shape shape,
      GraphBuilder builder,
      Map<ScalarFn, Value> done) {
    Value known = done.get(fn);
    if (known != null) {
      return known;
    }
    Value value =
        switch (fn) {
          case ScalarFn.Arg arg -> operands.get(arg.index());
          case ScalarFn.Const(var type, int bits) ->
              builder.constant(Literal.ofBits(new TensorType(type, shape), bits));
          case ScalarFn.Apply apply -> {
            var arguments =
                apply.operands().stream()
                    .map(each -> split(each, operands, shape, builder, done))
                    .toList();
            var names = new java.util.ArrayList<ScalarFn>();
            for (int i = 0; i < arguments.size(); i++) {
              names.add(ScalarFn.arg(i, arguments.get(i).dtype()));
            }
            yield builder
                .add(new MapOp(ScalarFn.apply(apply.primitive(), names)), arguments)
                .result();
          }
        };
    done.put(fn, value);
    return value;
  }
}
