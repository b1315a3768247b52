package dev.merapi.compiler;

import dev.merapi.compiler.MatrixAxes.MatrixStrides;
import dev.merapi.compiler.Step.Kernel;
import dev.merapi.compiler.Step.Loops;
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
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/// Divides the nodes of a graph into kernels.
///
/// A map or fold joins the step that computes one of its operands if both walk the same space of
/// indices, nothing in between would have to run first, and the kernel stays small. A map that is
/// the only user of a product or convolution becomes its epilogue. Affine views are not steps: they
/// change how an operand is read.
final class Fusion {
  /// Largest cost of one kernel. Measured: above some 150 operations it depends on chance whether
  /// C2 keeps every vector in a register.
  private static final int MAX_COST = 150;

  /// Most memory accesses of one kernel. Measured: with 14 or more, C1 does not compile it with a
  /// profile ("out of virtual registers"), and what C2 makes without one is slow.
  private static final int MAX_ACCESSES = 12;

  /// Largest cost of one map that joins an epilogue.
  private static final int MAX_EPILOGUE_COST = 80;

  private final Graph graph;
  private final Map<Value, Node> producers;
  private final Map<Value, Integer> uses = new HashMap<>();
  private final Map<Node, Step> stepOf = new HashMap<>();
  private final List<Step> steps = new ArrayList<>();

  /// Maps of what is in memory: they join the first loops that read them.
  private final Set<Node> waiting = new HashSet<>();

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
    fusion.results().forEach(fusion::computeBesideOthers);
    return StepOrder.of(fusion.steps, fusion.positions());
  }

  /// What outlives the run, last first: a weight's update takes along the state that it reads.
  private List<Value> results() {
    var position = positions();
    var results = new ArrayList<Value>();
    graph.outputs().forEach(output -> results.add(output.value()));
    graph.state().forEach(pair -> results.add(pair.next()));
    results.sort(
        Comparator.comparing(
            (Value value) -> position.getOrDefault(producer(Roots.of(value, producers)), 0),
            Comparator.reverseOrder()));
    return results;
  }

  private Map<Node, Integer> positions() {
    Map<Node, Integer> position = new HashMap<>();
    graph.nodes().forEach(node -> position.put(node, position.size()));
    return position;
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
          waiting.add(node);
        }
      }
      case Reduce reduce -> {
        switch (reduce) {
          case Reduce.Fold _, Reduce.ArgFold _ -> {
            if (!joinLoops(node)) {
              startLoops(node, node.operands().getFirst().shape());
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
    for (Value operand : node.operands()) {
      compute(operand);
    }
    steps.add(step);
    stepOf.put(node, step);
    connect(step, node);
  }

  /// Computes a map that still waits behind this value, because it is needed in memory.
  private void compute(Value value) {
    Node node = producer(Roots.of(value, producers));
    if (waiting.contains(node) && !joinLoops(node)) {
      startLoops(node, node.result().shape());
    }
  }

  /// As [#compute], if possible in loops that read the same elements.
  private void computeBesideOthers(Value value) {
    Node node = producer(Roots.of(value, producers));
    if (waiting.contains(node) && !joinLoops(node)) {
      readers(node).stream()
          .filter(loops -> canJoin(loops, node))
          .findFirst()
          .ifPresentOrElse(
              loops -> join(loops, node), () -> startLoops(node, node.result().shape()));
    }
  }

  private List<Loops> readers(Node node) {
    var shared = new HashSet<>(node.operands());
    shared.removeIf(operand -> producer(operand).op() instanceof View);
    var found = new ArrayList<Loops>();
    for (Step step : steps) {
      if (step instanceof Loops loops
          && loops.space.elements() > 0
          && loops.nodes.stream()
              .anyMatch(each -> each.operands().stream().anyMatch(shared::contains))) {
        found.add(loops);
      }
    }
    return found;
  }

  private void startLoops(Node node, Shape space) {
    var loops = new Loops(space);
    steps.add(loops);
    join(loops, node);
  }

  /// Adds a node to loops, before it the maps it waits for: those that fit into the same loops,
  /// others get steps of their own.
  private void join(Loops loops, Node node) {
    waiting.remove(node);
    var company = companyOf(loops, node);
    while (!company.apart.isEmpty()) {
      // These come first: they may need a map that would otherwise join here, behind them.
      company.apart.forEach(this::compute);
      company = companyOf(loops, node);
    }
    for (Node each : company.nodes) {
      waiting.remove(each);
      loops.join(each, loops.fits(each, producers).orElseThrow(), cost(each));
      stepOf.put(each, loops);
      connect(loops, each);
    }
  }

  private Company companyOf(Loops loops, Node node) {
    var company = new Company(loops);
    if (!company.gather(node)) {
      throw new IllegalStateException("does not fit: " + node);
    }
    return company;
  }

  private boolean canJoin(Loops loops, Node node) {
    var company = new Company(loops);
    return company.admits(node)
        && company.gather(node)
        && Accesses.of(loops, company.nodes, producers, uses) <= MAX_ACCESSES;
  }

  /// What joins loops together with a node: the waiting maps it reads, and what they read.
  private final class Company {
    private final Loops loops;
    private int cost;

    /// Operands before those that read them.
    final Set<Node> nodes = new LinkedHashSet<>();

    /// What waits but does not join.
    final List<Value> apart = new ArrayList<>();

    Company(Loops loops) {
      this.loops = loops;
    }

    /// Whether a node has the right shape and the kernel stays small.
    boolean admits(Node node) {
      return loops.fits(node, producers).isPresent()
          && loops.cost() + cost + cost(node) <= MAX_COST
          && Accesses.of(loops, with(node), producers, uses) <= MAX_ACCESSES;
    }

    private List<Node> with(Node node) {
      var more = new ArrayList<>(nodes);
      more.add(node);
      return more;
    }

    /// Adds a node with its company, unless something would have to run in between.
    boolean gather(Node node) {
      int costBefore = cost;
      var nodesBefore = List.copyOf(nodes);
      var apartBefore = List.copyOf(apart);
      if (!node.operands().stream().allMatch(this::accompany)) {
        cost = costBefore;
        nodes.retainAll(nodesBefore);
        apart.retainAll(apartBefore);
        return false;
      }
      nodes.add(node);
      cost += cost(node);
      return true;
    }

    /// Whether an operand is computed in the loops, or can be in memory before them.
    private boolean accompany(Value operand) {
      Node source = producer(Roots.of(operand, producers));
      boolean waits = waiting.contains(source);
      if (waits
          && source.results().contains(operand)
          && (nodes.contains(source) || joins(source))) {
        return true;
      }
      if (waits) {
        apart.add(operand);
      }
      return loops.level(operand, producers).isPresent() || !wouldCycle(operand);
    }

    private boolean joins(Node source) {
      return loops.space.elements() > 0 && admits(source) && gather(source);
    }

    /// Whether an operand could only be in memory after the loops.
    private boolean wouldCycle(Value operand) {
      return origins(operand).stream()
          .anyMatch(origin -> origin == loops || origin.dependsOn(loops));
    }
  }

  /// Records which steps a node's operands come from.
  private void connect(Step step, Node node) {
    for (Value operand : node.operands()) {
      for (Step origin : origins(operand)) {
        if (origin != step) {
          step.predecessors.add(origin);
        }
      }
    }
  }

  /// The steps that must run before a value can be read: the one that computes it or what it is a
  /// view of; those of its operands while it waits.
  private Set<Step> origins(Value value) {
    Node node = producer(Roots.of(value, producers));
    Step step = stepOf.get(node);
    if (step != null) {
      return Set.of(step);
    }
    var origins = new LinkedHashSet<Step>();
    if (waiting.contains(node)) {
      node.operands().forEach(operand -> origins.addAll(origins(operand)));
    }
    return origins;
  }

  private Node producer(Value value) {
    Node node = producers.get(value);
    if (node == null) {
      throw new IllegalStateException("no node defines " + value);
    }
    return node;
  }

  private boolean joinLoops(Node node) {
    for (Loops loops : candidates(node)) {
      if (canJoin(loops, node)) {
        join(loops, node);
        return true;
      }
    }
    return false;
  }

  /// The loops that compute an operand, or what one that waits reads; the latest first.
  private List<Loops> candidates(Node node) {
    var found = new LinkedHashSet<Loops>();
    for (Value operand : node.operands()) {
      for (Step origin : origins(operand)) {
        if (origin instanceof Loops loops && loops.space.elements() > 0) {
          found.add(loops);
        }
      }
    }
    var latestFirst = new ArrayList<>(found);
    latestFirst.sort((a, b) -> Integer.compare(steps.indexOf(b), steps.indexOf(a)));
    return latestFirst;
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
          && cost(node) <= MAX_EPILOGUE_COST
          && othersFitEpilogue(node, operand)) {
        node.operands().forEach(this::compute);
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
    boolean late = origins(operand).stream().anyMatch(origin -> origin.dependsOn(kernel));
    // what still waits is better computed in loops, together with this; unless it is one element a
    // row or column, such as the scale of a batch norm that serves
    Node root = producer(Roots.of(operand, producers));
    boolean waits =
        waiting.contains(root)
            && root.result().shape().elements() >= kernel.result().shape().elements();
    if (!operand.dtype().isFloat() || late || waits) {
      return false;
    }
    Node node = producer(operand);
    Strided places = Strided.rowMajor(operand.shape());
    if (node.op() instanceof View.Broadcast broadcast) {
      Shape shape = node.operands().getFirst().shape();
      places = Strided.rowMajor(shape).view(broadcast, shape).orElseThrow();
    }
    return axes.matrix(places, operand.shape()).filter(MatrixStrides::fitsEpilogue).isPresent();
  }

  private static int cost(Node node) {
    return node.op() instanceof MapOp map ? ScalarCost.of(map.fn()) : 2;
  }
}
