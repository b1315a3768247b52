package dev.merapi.graph;

import dev.merapi.MerapiException;
import dev.merapi.MerapiException.Kind;
import dev.merapi.graph.Graph.Output;
import dev.merapi.graph.Graph.StatePair;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;

/// Builds a [Graph]: adds nodes with inferred types, and has short names for the usual ones.
///
/// The short names leave out nodes that would change nothing (a reshape to the same shape ...).
public final class GraphBuilder {
  private final String name;
  private final List<Node> nodes = new ArrayList<>();
  private final List<Output> outputs = new ArrayList<>();
  private final Set<String> labels = new HashSet<>();
  private final Map<Value, Value> state = new LinkedHashMap<>();

  /// Second stores into a parameter: a mistake, for the verifier to find.
  private final List<StatePair> storedAgain = new ArrayList<>();

  private final Map<Value, Node> producers = new HashMap<>();
  private String path = "";
  private int nextId;

  public GraphBuilder(String name) {
    this.name = name;
  }

  /// Sets the place in the user's model that the following nodes belong to.
  public GraphBuilder at(String place) {
    path = place;
    return this;
  }

  /// The place in the user's model that nodes are added to now.
  public String path() {
    return path;
  }

  /// Adds a node; types are inferred, errors name the place in the model.
  public Node add(Op op, List<Value> operands) {
    List<TensorType> types;
    try {
      Arity.check(op, operands.size());
      types = op.infer(Each.map(operands, Value::type));
    } catch (MerapiException e) {
      throw e.at(path);
    }
    return add(op, operands, types);
  }

  private Node add(Op op, List<Value> operands, List<TensorType> types) {
    List<Value> results = Each.map(types, type -> new Value(nextId++, type));
    var node = new Node(op, operands, results, path);
    append(node);
    return node;
  }

  private void append(Node node) {
    nodes.add(node);
    for (Value result : node.results()) {
      producers.put(result, node);
      nextId = Math.max(nextId, result.id() + 1);
    }
  }

  /// The node that makes a value of the graph so far.
  public Node producer(Value value) {
    Node producer = producers.get(value);
    if (producer == null) {
      throw MerapiException.of(Kind.TRACE, "graph: value of another graph")
          .with("graph", name)
          .with("value", value + ": " + value.type());
    }
    return producer;
  }

  /// Adds a node as it is, with other operands; the path is the node's. Types are inferred only
  /// where an operand has another one.
  public List<Value> copy(Node node, List<Value> operands) {
    at(node.path());
    Node copy =
        haveSameTypes(operands, node.operands())
            ? add(node.op(), operands, Each.map(node.results(), Value::type))
            : add(node.op(), operands);
    return copy.results();
  }

  private static boolean haveSameTypes(List<Value> some, List<Value> others) {
    boolean same = some.size() == others.size();
    for (int i = 0; same && i < some.size(); i++) {
      same = some.get(i).type().equals(others.get(i).type());
    }
    return same;
  }

  /// Adds all nodes of a graph, so that it can be continued: values keep their ids.
  public static GraphBuilder continuing(Graph graph) {
    var builder = new GraphBuilder(graph.name());
    graph.nodes().forEach(builder::append);
    graph.outputs().forEach(each -> builder.output(each.label(), each.value()));
    graph.state().forEach(pair -> builder.store(pair.read(), pair.next()));
    return builder;
  }

  /// Names a result of the graph.
  public void output(String label, Value value) {
    if (!labels.add(label)) {
      throw MerapiException.of(Kind.ARGUMENT, "graph: two outputs of one name").with("name", label);
    }
    outputs.add(new Output(label, value));
  }

  /// Stores a value into a parameter when the graph has run.
  public void store(Value parameter, Value next) {
    if (state.putIfAbsent(parameter, next) != null) {
      storedAgain.add(new StatePair(parameter, next));
    }
  }

  /// Changes what a parameter will be when the graph has run.
  ///
  /// @param step gives what is stored, from what would be there otherwise
  public void update(Value parameter, UnaryOperator<Value> step) {
    Value before = state.getOrDefault(parameter, parameter);
    state.remove(parameter);
    store(parameter, step.apply(before));
  }

  /// The nodes added so far.
  public List<Node> nodes() {
    return Collections.unmodifiableList(nodes);
  }

  public Graph build() {
    var pairs = new ArrayList<StatePair>();
    state.forEach((read, next) -> pairs.add(new StatePair(read, next)));
    pairs.addAll(storedAgain);
    return new Graph(name, nodes, outputs, pairs);
  }

  public Value input(String label, TensorType type) {
    return add(new Source.Input(label, type), List.of()).result();
  }

  /// A weight.
  public Value parameter(String label, TensorType type) {
    return parameter(label, type, Source.Parameter.Role.WEIGHT);
  }

  public Value parameter(String label, TensorType type, Source.Parameter.Role role) {
    return add(new Source.Parameter(label, type, role), List.of()).result();
  }

  public Value constant(Literal literal) {
    return add(new Source.Constant(literal), List.of()).result();
  }

  /// A scalar `f32` constant.
  public Value constant(double value) {
    return constant(Literal.splat(DType.F32, Shape.SCALAR, value));
  }

  /// Applies a scalar function; operands are broadcast to their common shape (the rules of NumPy),
  /// and those that the function does not use are dropped. A function of nothing becomes a
  /// constant.
  public Value map(ScalarFn fn, List<Value> operands) {
    Shape shape = commonShape(operands);
    var used = fn.arguments();
    if (used.isEmpty() && fn instanceof ScalarFn.Const literal) {
      return constant(Literal.ofBits(new TensorType(literal.type(), shape), literal.bits()));
    }
    var arguments = new ArrayList<Value>();
    used.forEach(index -> arguments.add(broadcast(operands.get(index), shape)));
    if (used.isEmpty()) { // a constant expression: evaluated by constant folding
      arguments.add(constant(Literal.splat(DType.F32, shape, 0)));
    }
    ScalarFn renumbered = fn.rewrite(arg -> ScalarFn.arg(used.indexOf(arg.index()), arg.type()));
    return add(new MapOp(renumbered), arguments).result();
  }

  /// Applies a scalar function; see [#map(ScalarFn, List)].
  public Value map(ScalarFn fn, Value... operands) {
    return map(fn, List.of(operands));
  }

  private Shape commonShape(List<Value> operands) {
    int rank = operands.stream().mapToInt(value -> value.type().rank()).max().orElse(0);
    var dims = new ArrayList<>(Collections.nCopies(rank, Dim.of(1)));
    for (Value operand : operands) {
      int offset = rank - operand.type().rank();
      for (int i = 0; i < operand.type().rank(); i++) {
        Dim have = dims.get(offset + i);
        Dim size = operand.shape().dim(i);
        if (have.equals(Dim.of(1))) {
          dims.set(offset + i, size);
        } else if (!size.equals(Dim.of(1)) && !size.equals(have)) {
          throw MerapiException.of(Kind.SHAPE, "shapes cannot be broadcast together")
              .with("shapes", operands.stream().map(Value::shape).toList())
              .at(path);
        }
      }
    }
    return new Shape(dims);
  }

  /// Repeats a value to a shape by the rules of NumPy: sizes are aligned at the back.
  public Value broadcast(Value value, Shape target) {
    if (value.shape().equals(target)) {
      return value;
    }
    int offset = target.rank() - value.type().rank();
    var axes = IntStream.range(0, value.type().rank()).mapToObj(i -> offset + i).toList();
    return add(new View.Broadcast(target, axes), List.of(value)).result();
  }

  public Value reshape(Value value, Shape target) {
    return value.shape().equals(target)
        ? value
        : add(new View.Reshape(target), List.of(value)).result();
  }

  public Value permute(Value value, List<Integer> order) {
    return order.equals(IntStream.range(0, value.type().rank()).boxed().toList())
        ? value
        : add(new View.Permute(order), List.of(value)).result();
  }

  public Value slice(Value value, List<Long> starts, Shape sizes, List<Long> steps) {
    return add(new View.Slice(starts, sizes, steps), List.of(value)).result();
  }

  public Value pad(
      Value value, List<Dim> low, List<Dim> high, List<Long> between, Literal padding) {
    return add(new View.Pad(low, high, between, padding), List.of(value)).result();
  }

  /// Joins all elements along some axes, which disappear.
  public Value fold(Monoid monoid, Value value, List<Integer> axes) {
    return axes.isEmpty() ? value : add(new Reduce.Fold(monoid, axes), List.of(value)).result();
  }

  /// The reverse of a fold's change of shape: repeats a value along axes that a fold removed.
  public Value unfold(Value value, Shape target, List<Integer> axes) {
    var kept =
        IntStream.range(0, target.rank()).boxed().filter(axis -> !axes.contains(axis)).toList();
    return axes.isEmpty() ? value : add(new View.Broadcast(target, kept), List.of(value)).result();
  }

  public Value window(Monoid monoid, Value value, WindowGeometry geometry) {
    return add(new Reduce.Window(monoid, geometry), List.of(value)).result();
  }

  public Value dot(Contract.Dot dot, Value left, Value right) {
    return add(dot, List.of(left, right)).result();
  }
}
