package dev.merapi.reference;

import dev.merapi.MerapiException;
import dev.merapi.MerapiException.Kind;
import dev.merapi.graph.Contract;
import dev.merapi.graph.Custom;
import dev.merapi.graph.CustomCall;
import dev.merapi.graph.Graph;
import dev.merapi.graph.Index;
import dev.merapi.graph.MapOp;
import dev.merapi.graph.Node;
import dev.merapi.graph.Reduce;
import dev.merapi.graph.Source;
import dev.merapi.graph.Value;
import dev.merapi.graph.ValueMap;
import dev.merapi.graph.View;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// Runs a [Graph] in double, one node at a time: the definition of what a graph means, and the
/// oracle of the tests. Written for clarity, not for speed.
///
/// `f32` values keep the precision of `double`; `i32` and `bool` values are exact integers.
public final class Interpreter {
  /// What a run leaves behind, elements row-major.
  ///
  /// @param outputs the graph's outputs by label, in order
  /// @param state what each stored parameter is next, by the parameter's label
  public record Result(Map<String, double[]> outputs, Map<String, double[]> state) {
    /// The output of that label.
    ///
    /// @throws MerapiException of kind `ARGUMENT` if there is none
    public double[] output(String label) {
      double[] data = outputs.get(label);
      if (data == null) {
        throw MerapiException.of(Kind.ARGUMENT, "no such output")
            .with("name", label)
            .with("outputs", outputs.keySet());
      }
      return data;
    }
  }

  private Interpreter() {}

  /// Runs a graph whose sizes are all bound.
  ///
  /// @param bindings the elements of each input and parameter by label, row-major
  /// @throws MerapiException of kind `ARGUMENT` or `SHAPE` for wrong bindings, `UNBOUND_SIZE` for a
  ///   symbolic size, `INDEX` for an index outside its axis
  public static Result run(Graph graph, Map<String, double[]> bindings) {
    ValueMap<double[]> values = values(graph, bindings);
    var outputs = new LinkedHashMap<String, double[]>();
    graph.outputs().forEach(each -> outputs.put(each.label(), values.get(each.value()).clone()));
    var state = new LinkedHashMap<String, double[]>();
    var next = new HashMap<Value, Value>();
    graph.state().forEach(pair -> next.put(pair.read(), pair.next()));
    graph
        .parameters()
        .forEach((label, read) -> {
          Value stored = next.get(read);
          if (stored != null) {
            state.put(label, values.get(stored).clone());
          }
        });
    return new Result(outputs, state);
  }

  /// The elements of every value of a graph; see [#run]. The arrays may be shared between values.
  public static ValueMap<double[]> values(Graph graph, Map<String, double[]> bindings) {
    var values = new ValueMap<double[]>();
    for (Node node : graph.nodes()) {
      List<double[]> results;
      try {
        results = evaluate(node, values, bindings);
      } catch (MerapiException e) {
        throw e.at(node.path().isEmpty() ? node.result() + " " + node.op().name() : node.path());
      }
      for (int i = 0; i < results.size(); i++) {
        values.put(node.results().get(i), results.get(i));
      }
    }
    return values;
  }

  private static List<double[]> evaluate(
      Node node, ValueMap<double[]> values, Map<String, double[]> bindings) {
    var operands = new ArrayList<Elements>();
    for (Value operand : node.operands()) {
      operands.add(new Elements(operand.type(), values.get(operand)));
    }
    return switch (node.op()) {
      case Source op -> List.of(Sources.evaluate(op, operands, bindings));
      case MapOp op -> List.of(Maps.evaluate(op, operands));
      case View op -> List.of(Views.evaluate(op, operands, node.result().type()));
      case Reduce op -> List.of(Reductions.evaluate(op, operands, node.result().type()));
      case Contract op -> List.of(Contractions.evaluate(op, operands, node.result().type()));
      case Index op -> List.of(Indexing.evaluate(op, operands));
      case Custom op -> custom(op, operands, node);
    };
  }

  private static List<double[]> custom(Custom op, List<Elements> operands, Node node) {
    var types = node.results().stream().map(Value::type).toList();
    var data = operands.stream().map(operand -> operand.data().clone()).toList();
    return new CustomCall(op, node.path(), node.operandTypes(), types).evaluate(data);
  }
}
