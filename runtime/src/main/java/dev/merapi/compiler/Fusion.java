package dev.merapi.compiler;

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
import dev.merapi.spi.LoopLimits;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/// Divides the nodes of a graph into kernels.
///
/// A map or fold joins the step that computes one of its operands if both walk the same space of
/// indices, nothing in between would have to run first, and the kernel stays small. A map that is
/// the only user of a product or convolution becomes its epilogue. Affine views are not steps: they
/// change how an operand is read.
final class Fusion {
  private final Graph graph;
  private final Dataflow flow;
  private final Map<Node, Step> stepOf = new HashMap<>();
  private final List<Step> steps = new ArrayList<>();
  private final Waiting waiting;
  private final Readers readers;
  private final EpilogueRules epilogues;

  private Fusion(Graph graph, Dataflow flow) {
    this.graph = graph;
    this.flow = flow;
    waiting = new Waiting(flow, stepOf);
    readers = new Readers(flow);
    epilogues = new EpilogueRules(flow, waiting, stepOf);
  }

  /// The kernels of a graph of constant sizes, in an order in which they can run.
  ///
  /// @param limits of loops without folds, beside those of every target
  static List<Step> of(Graph graph, Dataflow flow, LoopLimits limits) {
    var fusion = new Fusion(graph, flow);
    graph.nodes().forEach(fusion::place);
    fusion.results().forEach(fusion::computeBesideOthers);
    List<Step> steps = StepOrder.of(fusion.steps, flow);
    return limits.equals(LoopLimits.COMMON)
        ? steps
        : StepOrder.of(Merging.of(steps, flow, limits), flow);
  }

  /// What outlives the run, last first: a weight's update takes along the state that it reads.
  private List<Value> results() {
    var results = new ArrayList<Value>();
    graph.outputs().forEach(output -> results.add(output.value()));
    graph.state().forEach(pair -> results.add(pair.next()));
    results.sort((one, other) -> Integer.compare(position(other), position(one)));
    return results;
  }

  private int position(Value value) {
    return flow.position(flow.source(value));
  }

  private void place(Node node) {
    switch (node.op()) {
      case Source _ -> {}
      case View view -> {
        if (copies(view)) {
          addKernel(node);
        }
      }
      case MapOp map -> {
        if (!joinEpilogue(node, map) && !joinLoops(node)) {
          await(node);
        }
      }
      case Reduce reduce -> {
        switch (reduce) {
          case Reduce.Fold _, Reduce.ArgFold _ -> {
            if (!joinLoops(node)) {
              startLoops(node, node.operands().getFirst().shape());
            }
          }
          case Reduce.Window _, Reduce.WindowGrad _ -> addKernel(node);
        }
      }
      case Contract _, Index _, Custom _ -> addKernel(node);
    }
  }

  /// Whether a view is never affine, so that it is a kernel of its own.
  static boolean copies(Op op) {
    return op instanceof View.Pad || op instanceof View.Concat;
  }

  private void addKernel(Node node) {
    node.operands().forEach(this::compute);
    var step = new Kernel(steps.size(), node);
    steps.add(step);
    stepOf.put(node, step);
    connect(step, node);
  }

  /// Lets a map wait for loops that read it, behind no more than fits into one kernel with it.
  private void await(Node node) {
    for (var next = waiting.excess(node); next.isPresent(); next = waiting.excess(node)) {
      compute(next.get());
    }
    waiting.add(node);
  }

  /// Computes a map that still waits behind this value, because it is needed in memory.
  private void compute(Value value) {
    Node node = flow.source(value);
    if (waiting.contains(node) && !joinLoops(node)) {
      startLoops(node, node.result().shape());
    }
  }

  /// As [#compute], if possible in loops that read the same elements.
  private void computeBesideOthers(Value value) {
    Node node = flow.source(value);
    if (waiting.contains(node)
        && !joinFirst(candidates(node), node)
        && !joinFirst(readers.beside(node), node)) {
      startLoops(node, node.result().shape());
    }
  }

  private boolean joinLoops(Node node) {
    return joinFirst(candidates(node), node);
  }

  /// Adds a node to the first of some loops that it can join.
  private boolean joinFirst(List<Loops> candidates, Node node) {
    for (Loops loops : candidates) {
      if (canJoin(loops, node)) {
        join(loops, node);
        return true;
      }
    }
    return false;
  }

  private boolean canJoin(Loops loops, Node node) {
    if (loops.cost() + KernelLimits.cost(node) > KernelLimits.COST
        || loops.fits(node, flow.producers()).isEmpty()) {
      return false;
    }
    var company = new Company(flow, waiting, loops, node, Step::mayDependOn);
    return company.fits() && company.staysSmall();
  }

  private void startLoops(Node node, Shape space) {
    var loops = new Loops(steps.size(), space);
    steps.add(loops);
    join(loops, node);
  }

  /// Adds a node to loops, before it the maps it waits for: those that fit into the same loops,
  /// others get steps of their own.
  private void join(Loops loops, Node node) {
    waiting.remove(node);
    var company = companyOf(loops, node);
    while (!company.apart().isEmpty()) {
      // These come first: they may need a map that would otherwise join here, behind them.
      company.apart().forEach(this::compute);
      company = companyOf(loops, node);
    }
    for (Node each : company.nodes()) {
      waiting.remove(each);
      loops.join(each, loops.fits(each, flow.producers()).orElseThrow());
      stepOf.put(each, loops);
      connect(loops, each);
      readers.add(loops, each);
    }
  }

  private Company companyOf(Loops loops, Node node) {
    var company = new Company(flow, waiting, loops, node, Step::dependsOn);
    if (!company.fits()) {
      throw new IllegalStateException("does not fit: " + node);
    }
    return company;
  }

  /// Records which steps a node's operands come from.
  private void connect(Step step, Node node) {
    for (Value operand : node.operands()) {
      for (Step origin : waiting.origins(operand)) {
        if (origin != step) {
          step.reads(origin);
        }
      }
    }
  }

  /// The loops that compute an operand, or what one that waits reads; the latest first.
  private List<Loops> candidates(Node node) {
    var found = new TreeMap<Integer, Loops>(Comparator.reverseOrder());
    for (Value operand : node.operands()) {
      for (Step origin : waiting.origins(operand)) {
        if (origin instanceof Loops loops && loops.space.elements() > 0) {
          found.put(loops.number, loops);
        }
      }
    }
    return found.values().stream().limit(KernelLimits.CANDIDATES).toList();
  }

  private boolean joinEpilogue(Node node, MapOp map) {
    for (Value operand : node.operands()) {
      if (stepOf.get(flow.producer(operand)) instanceof Kernel kernel
          && epilogues.fits(node, map, operand, kernel)) {
        node.operands().forEach(this::compute);
        kernel.join(node);
        stepOf.put(node, kernel);
        connect(kernel, node);
        return true;
      }
    }
    return false;
  }
}
