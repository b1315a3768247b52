package dev.merapi.compiler;

import dev.merapi.compiler.Step.Kernel;
import dev.merapi.compiler.Step.Loops;
import dev.merapi.compiler.Step.Loops.Level;
import dev.merapi.graph.Contract;
import dev.merapi.graph.Custom;
import dev.merapi.graph.Graph;
import dev.merapi.graph.Index;
import dev.merapi.graph.MapOp;
import dev.merapi.graph.Node;
import dev.merapi.graph.Op;
import dev.merapi.graph.Reduce;
import dev.merapi.graph.Shape;
import dev.merapi.graph.Source;
import dev.merapi.graph.Value;
import dev.merapi.graph.View;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/// Divides the nodes of a graph into kernels.
///
/// A map or fold joins the step that computes one of its operands if both walk the same space of
/// indices, nothing in between would have to run first, and the kernel stays small. A map that is
/// the only user of a product or convolution becomes its epilogue. Affine views are not steps: they
/// change how an operand is read.
final class Fusion {
  /// Largest cost of one kernel: a bound on the bytecode of the method it becomes.
  private static final int MAX_COST = 320;

  private final Graph graph;
  private final Map<Value, Node> producers;
  private final Map<Value, Integer> uses = new HashMap<>();
  private final Map<Node, Step> stepOf = new HashMap<>();
  private final List<Step> steps = new ArrayList<>();

  private Fusion(Graph graph) {
    this.graph = graph;
    producers = graph.producers();
    graph.nodes().forEach(node -> node.operands().forEach(this::countUse));
    graph.outputs().forEach(output -> countUse(output.value()));
    graph.state().forEach(pair -> countUse(pair.next()));
  }

  private void countUse(Value value) {
    uses.merge(value, 1, Integer::sum);
  }

  /// The kernels of a graph of constant sizes, in an order in which they can run.
  static List<Step> of(Graph graph) {
    var fusion = new Fusion(graph);
    graph.nodes().forEach(fusion::place);
    return fusion.ordered();
  }

  private void place(Node node) {
    switch (node.op()) {
      case Source _ -> {}
      case View view -> {
        if (copies(view)) {
          add(new Kernel(node), node);
        }
      }
      case MapOp map -> {
        if (!joinEpilogue(node, map) && !joinLoops(node)) {
          startLoops(node, node.result().shape(), Level.FULL);
        }
      }
      case Reduce reduce -> {
        switch (reduce) {
          case Reduce.Fold _, Reduce.ArgFold _ -> {
            if (!joinLoops(node)) {
              startLoops(node, node.operands().getFirst().shape(), Level.POINT);
            }
          }
          case Reduce.Window _, Reduce.WindowGrad _ -> add(new Kernel(node), node);
        }
      }
      case Contract _, Index _, Custom _ -> add(new Kernel(node), node);
    }
  }

  /// Whether a view is never affine, so that it is a kernel of its own.
  static boolean copies(Op op) {
    return op instanceof View.Pad || op instanceof View.Concat;
  }

  private void add(Step step, Node node) {
    steps.add(step);
    stepOf.put(node, step);
    connect(step, node);
  }

  private void startLoops(Node node, Shape space, Level level) {
    var loops = new Loops(space);
    loops.join(node, level, cost(node));
    add(loops, node);
  }

  /// Records which steps a node's operands come from.
  private void connect(Step step, Node node) {
    node.operands().stream()
        .flatMap(operand -> origin(operand).stream())
        .filter(origin -> origin != step)
        .forEach(step.predecessors::add);
  }

  /// The step that computes a value or what it is a view of.
  private Optional<Step> origin(Value value) {
    Node node = producer(value);
    Step step = stepOf.get(node);
    if (step != null) {
      return Optional.of(step);
    }
    return node.op() instanceof View ? origin(node.operands().getFirst()) : Optional.empty();
  }

  private Node producer(Value value) {
    Node node = producers.get(value);
    if (node == null) {
      throw new IllegalStateException("no node defines " + value);
    }
    return node;
  }

  private boolean joinLoops(Node node) {
    if (node.operands().getFirst().shape().elements() == 0) {
      return false; // nothing to walk: the kernel of its own becomes a fill, or nothing
    }
    for (Loops loops : candidates(node)) {
      Optional<Level> level = loops.fits(node, producers);
      if (level.isPresent() && loops.cost() + cost(node) <= MAX_COST && !wouldCycle(loops, node)) {
        loops.join(node, level.get(), cost(node));
        stepOf.put(node, loops);
        connect(loops, node);
        return true;
      }
    }
    return false;
  }

  /// The loops that compute an operand, the latest first.
  private List<Loops> candidates(Node node) {
    Set<Loops> found = new LinkedHashSet<>();
    for (Value operand : node.operands()) {
      if (origin(operand).orElse(null) instanceof Loops loops) {
        found.add(loops);
      }
    }
    var latestFirst = new ArrayList<>(found);
    latestFirst.sort((a, b) -> Integer.compare(steps.indexOf(b), steps.indexOf(a)));
    return latestFirst;
  }

  /// Whether an operand that is read from memory could only be there after these loops.
  private boolean wouldCycle(Loops loops, Node node) {
    for (Value operand : node.operands()) {
      if (loops.level(operand, producers).isPresent()) {
        continue;
      }
      Optional<Step> origin = origin(operand);
      if (origin.isPresent() && (origin.get() == loops || origin.get().dependsOn(loops))) {
        return true;
      }
    }
    return false;
  }

  private boolean joinEpilogue(Node node, MapOp map) {
    for (Value operand : node.operands()) {
      boolean product =
          stepOf.get(producer(operand)) instanceof Kernel kernel
              && kernel.first().op() instanceof Contract
              && kernel.result().equals(operand)
              && node.result().shape().equals(operand.shape())
              && Collections.frequency(node.operands(), operand) == 1;
      if (product
          && uses.getOrDefault(operand, 0) == 1
          && map.fn().type().isFloat()
          && cost(node) <= MAX_COST / 4
          && othersFitEpilogue(node, operand)) {
        Step step = producingStep(operand);
        step.nodes.add(node);
        stepOf.put(node, step);
        connect(step, node);
        return true;
      }
    }
    return false;
  }

  private Step producingStep(Value value) {
    Step step = stepOf.get(producer(value));
    if (step == null) {
      throw new IllegalStateException("not computed by a step: " + value);
    }
    return step;
  }

  private boolean othersFitEpilogue(Node node, Value product) {
    var kernel = (Kernel) producingStep(product);
    MatrixAxes axes = MatrixAxes.ofResult(kernel.first());
    for (Value operand : node.operands()) {
      if (!operand.equals(product) && !fitsEpilogue(operand, axes, kernel)) {
        return false;
      }
    }
    return true;
  }

  /// Whether an operand is the same for all, one for each row or column, or one for each element.
  private boolean fitsEpilogue(Value operand, MatrixAxes axes, Kernel kernel) {
    Optional<Step> origin = origin(operand);
    if (!operand.dtype().isFloat() || (origin.isPresent() && origin.get().dependsOn(kernel))) {
      return false;
    }
    Node node = producer(operand);
    Strided places = Strided.rowMajor(operand.shape());
    if (node.op() instanceof View.Broadcast broadcast) {
      Shape shape = node.operands().getFirst().shape();
      places = Strided.rowMajor(shape).view(broadcast, shape).orElseThrow();
    }
    return axes.matrix(places, operand.shape()).isPresent();
  }

  /// Kahn's algorithm; among those that can run, the one whose first node comes first.
  private List<Step> ordered() {
    Map<Node, Integer> position = new HashMap<>();
    graph.nodes().forEach(node -> position.put(node, position.size()));
    var waiting = new ArrayList<>(steps);
    waiting.sort((a, b) ->
        Integer.compare(
            position.getOrDefault(a.nodes.getFirst(), 0),
            position.getOrDefault(b.nodes.getFirst(), 0)));
    Set<Step> done = new LinkedHashSet<>();
    while (!waiting.isEmpty()) {
      Step next =
          waiting.stream()
              .filter(step -> done.containsAll(step.predecessors))
              .findFirst()
              .orElseThrow(() -> new IllegalStateException("fusion made a cycle"));
      waiting.remove(next);
      done.add(next);
    }
    return List.copyOf(done);
  }

  private static int cost(Node node) {
    return node.op() instanceof MapOp map ? ScalarCost.of(map.fn()) : 2;
  }
}
