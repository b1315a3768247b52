package dev.merapi.graph;

import dev.merapi.MerapiException;
import dev.merapi.MerapiException.Kind;
import dev.merapi.graph.Source.Input;
import dev.merapi.graph.Source.Parameter;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/// Checks that a graph is well formed. Runs after each pass of the compiler, and on what is read
/// from a file.
///
/// Errors show the broken line between its neighbours:
///
/// ```
/// graph: operand is not defined before its use: graph=lenet, operand=%9; at net.fc1, in
///     %2: f32[4,3] = input() {label="x"}
///   > %3: f32[4,3] = map(%9) {neg($0:f32)} @ "net.fc1"
///     %4: f32[4,3] = map(%3) {abs($0:f32)}
/// ```
public final class Verifier {
  private static final int NEIGHBOURS = 2;

  private final Graph graph;
  private final Map<Value, Node> defined = new HashMap<>();
  private final Set<Integer> ids = new HashSet<>();
  private final Set<String> inputs = new HashSet<>();
  private final Set<String> parameters = new HashSet<>();

  private Verifier(Graph graph) {
    this.graph = graph;
  }

  /// Checks that operands are defined before their use and once, that types are those inferred,
  /// that labels are unique, and that state pairs store each parameter once, with its own type.
  ///
  /// @throws MerapiException of kind `TRACE` for a broken structure, `SHAPE` for a wrong type
  public static void verify(Graph graph) {
    var verifier = new Verifier(graph);
    for (int i = 0; i < graph.nodes().size(); i++) {
      verifier.checkNode(i);
    }
    verifier.checkOutputs();
    verifier.checkState();
  }

  private void checkNode(int index) {
    Node node = graph.nodes().get(index);
    for (Value operand : node.operands()) {
      if (!defined.containsKey(operand)) {
        throw broken(Kind.TRACE, "operand is not defined before its use", index)
            .with("operand", operand)
            .with("type", operand.type())
            .hint(
                ids.contains(operand.id())
                    ? "the value of that id has another type"
                    : "nodes stand in the order in which they are computed");
      }
    }
    checkTypes(node, index);
    checkLabel(node, index);
    for (Value result : node.results()) {
      if (!ids.add(result.id())) {
        throw broken(Kind.TRACE, "value is defined twice", index).with("value", result);
      }
      defined.put(result, node);
    }
  }

  private void checkTypes(Node node, int index) {
    List<TensorType> declared = Each.map(node.results(), Value::type);
    List<TensorType> inferred;
    try {
      Arity.check(node.op(), node.operands().size());
      inferred = node.op().infer(node.operandTypes());
    } catch (MerapiException e) {
      throw broken(Kind.SHAPE, "operands do not fit", index)
          .with("reason", e.getMessage())
          .causedBy(e);
    }
    if (!declared.equals(inferred)) {
      throw broken(Kind.SHAPE, "types differ from the inferred ones", index)
          .with("declared", declared)
          .with("inferred", inferred);
    }
  }

  private void checkLabel(Node node, int index) {
    boolean unique =
        switch (node.op()) {
          case Input input -> inputs.add(input.label());
          case Parameter parameter -> parameters.add(parameter.label());
          case Source.Constant _,
              Source.RandomBits _,
              Source.Iota _,
              MapOp _,
              View _,
              Reduce _,
              Contract _,
              Index _,
              Custom _ ->
              true;
        };
    if (!unique) {
      throw broken(Kind.TRACE, "two " + node.op().name() + "s of one label", index);
    }
  }

  private void checkOutputs() {
    var labels = new HashSet<String>();
    for (Graph.Output output : graph.outputs()) {
      if (!labels.add(output.label())) {
        throw broken(Kind.TRACE, "two outputs of one label").with("label", output.label());
      }
      if (!defined.containsKey(output.value())) {
        throw broken(Kind.TRACE, "output is not defined")
            .with("label", output.label())
            .with("value", output.value());
      }
    }
  }

  /// Stores happen when the run is over, so `next` cannot overwrite what is still read; but two
  /// stores into one parameter would leave open which one stays.
  private void checkState() {
    var stored = new HashSet<Value>();
    for (Graph.StatePair pair : graph.state()) {
      Node parameter = defined.get(pair.read());
      if (parameter == null || !(parameter.op() instanceof Parameter)) {
        throw broken(Kind.TRACE, "only a parameter can be stored into").with("value", pair.read());
      }
      if (!defined.containsKey(pair.next())) {
        throw broken(Kind.TRACE, "stored value is not defined").with("value", pair.next());
      }
      if (!pair.next().type().equals(pair.read().type())) {
        throw broken(Kind.SHAPE, "stored value has another type")
            .with("parameter", GraphPrinter.line(parameter))
            .with("stored", pair.next().type());
      }
      if (!stored.add(pair.read())) {
        throw broken(Kind.TRACE, "parameter is stored twice")
            .with("parameter", GraphPrinter.line(parameter));
      }
    }
  }

  private MerapiException broken(Kind kind, String what) {
    return MerapiException.of(kind, "graph: " + what).with("graph", graph.name());
  }

  private MerapiException broken(Kind kind, String what, int index) {
    String path = graph.nodes().get(index).path();
    var lines = new StringBuilder(path.isEmpty() ? "in" : path + ", in");
    int last = Math.min(graph.nodes().size() - 1, index + NEIGHBOURS);
    for (int i = Math.max(0, index - NEIGHBOURS); i <= last; i++) {
      String line = shortened(GraphPrinter.line(graph.nodes().get(i)));
      lines.append(i == index ? "\n  > " : "\n    ").append(line);
    }
    return broken(kind, what).at(lines.toString());
  }

  private static String shortened(String line) {
    return line.length() <= 200 ? line : line.substring(0, 197) + "...";
  }
}
