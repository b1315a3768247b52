package dev.merapi.compiler;

import dev.merapi.compiler.Step.Loops;
import dev.merapi.graph.Node;
import dev.merapi.graph.Reduce;
import dev.merapi.graph.Value;
import dev.merapi.spi.LoopLimits;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/// Joins loops that fusion has kept apart because not every target takes larger ones.
///
/// Only loops without folds: which values lie in memory for a fold decides how its sum is divided,
/// so what fusion made of folds and products stays. A map has the same bits wherever it is
/// computed.
final class Merging {
  private final Dataflow flow;
  private final LoopLimits limits;

  private Merging(Dataflow flow, LoopLimits limits) {
    this.flow = flow;
    this.limits = limits;
  }

  /// The steps, of which some may have taken in others.
  ///
  /// @param steps in an order in which they can run
  static List<Step> of(List<Step> steps, Dataflow flow, LoopLimits limits) {
    var merging = new Merging(flow, limits);
    Set<Step> gone = new HashSet<>();
    for (Step step : steps) {
      if (step instanceof Loops loops && isElementwise(loops)) {
        for (var next = merging.part(loops); next.isPresent(); next = merging.part(loops)) {
          loops.absorb(next.get());
          gone.add(next.get());
        }
      }
    }
    return steps.stream().filter(step -> !gone.contains(step)).toList();
  }

  private static boolean isElementwise(Loops loops) {
    for (Node node : loops.nodes) {
      if (node.op() instanceof Reduce) {
        return false;
      }
    }
    return loops.space.elements() > 0;
  }

  /// Loops that compute what these read, and should be a part of them; the latest first.
  private Optional<Loops> part(Loops loops) {
    List<Loops> candidates = new ArrayList<>();
    for (Step step : loops.predecessors()) {
      if (step instanceof Loops other && other.space.equals(loops.space) && isElementwise(other)) {
        candidates.add(other);
      }
    }
    return candidates.stream()
        .sorted(Comparator.comparingInt((Loops other) -> other.number).reversed())
        .limit(KernelLimits.CANDIDATES)
        .filter(other -> pays(other, loops) && readsInPlace(loops, other) && isNextTo(other, loops))
        .findFirst();
  }

  /// Whether the kernel of both is small, and better than two.
  private boolean pays(Loops first, Loops second) {
    if (first.cost() + second.cost() > limits.computations()) {
      return false;
    }
    List<Node> both = new ArrayList<>(first.nodes);
    both.addAll(second.nodes);
    int accesses = accesses(both);
    int spared = accesses(first.nodes) + accesses(second.nodes) - accesses;
    return accesses <= limits.accesses() && 2 * spared > accesses - limits.pointers();
  }

  private int accesses(List<Node> nodes) {
    return new Accesses(flow, nodes).count();
  }

  /// Whether loops read what others compute point by point, and not through views: what another
  /// point computes may not be there yet.
  private boolean readsInPlace(Loops loops, Loops other) {
    for (Node node : loops.nodes) {
      for (Value operand : node.operands()) {
        Value root = flow.root(operand);
        if (!operand.equals(root) && other.nodes.contains(flow.producer(root))) {
          return false;
        }
      }
    }
    return true;
  }

  /// Whether nothing needs the first and is needed by the second.
  private static boolean isNextTo(Loops first, Loops second) {
    return second.predecessors().stream()
        .noneMatch(step -> step != first && step.mayDependOn(first));
  }
}
