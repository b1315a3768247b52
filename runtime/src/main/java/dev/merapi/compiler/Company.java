package dev.merapi.compiler;

import dev.merapi.compiler.Step.Loops;
import dev.merapi.graph.Node;
import dev.merapi.graph.Value;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.PriorityQueue;
import java.util.Set;
import java.util.function.BiPredicate;

/// What joins loops together with a node: the waiting maps it reads, and what they read.
final class Company {
  private final Dataflow flow;
  private final Waiting waiting;
  private final Loops loops;
  private final Node node;
  private final BiPredicate<Step, Step> depends;
  private final Set<Node> members = new HashSet<>();
  private final List<Value> apart = new ArrayList<>();
  private int cost;
  private boolean fits = true;

  /// @param depends whether a step depends on another
  Company(Dataflow flow, Waiting waiting, Loops loops, Node node, BiPredicate<Step, Step> depends) {
    this.flow = flow;
    this.waiting = waiting;
    this.loops = loops;
    this.node = node;
    this.depends = depends;
    gather(false);
    if (members.size() > 1 && fits && !accesses().fit()) {
      gather(true);
    }
  }

  /// Whether all of it can be computed in the loops, with nothing in between that would need them.
  boolean fits() {
    return fits;
  }

  /// Whether the kernel stays small with it.
  boolean staysSmall() {
    return loops.cost() + cost <= KernelLimits.COST && accesses().fit();
  }

  /// Operands before those that read them; the node is the last.
  List<Node> nodes() {
    return members.stream().sorted(Comparator.comparingInt(flow::position)).toList();
  }

  /// What waits but does not join.
  List<Value> apart() {
    return apart;
  }

  private Accesses accesses() {
    var all = new ArrayList<>(loops.nodes);
    all.addAll(nodes());
    return new Accesses(flow, all);
  }

  /// Takes in what waits behind the node, the last first: then all that read a map are known when
  /// its turn comes.
  ///
  /// @param sparing whether a map stays apart if the kernel would have too many accesses with it
  private void gather(boolean sparing) {
    members.clear();
    apart.clear();
    cost = 0;
    fits = true;
    var open = new PriorityQueue<Node>(Comparator.comparingInt(flow::position).reversed());
    open.add(node);
    take(node);
    while (!open.isEmpty()) {
      for (Value operand : open.remove().operands()) {
        Node source = flow.source(operand);
        if (members.contains(source) && Waiting.isDirect(operand, source)) {
          continue;
        }
        if (joins(operand, source, sparing)) {
          open.add(source);
          continue;
        }
        if (waiting.contains(source)) {
          apart.add(operand);
        }
        if (loops.level(operand, flow.producers()).isEmpty() && wouldCycle(operand)) {
          fits = false;
          return;
        }
      }
    }
  }

  private void take(Node member) {
    members.add(member);
    cost += KernelLimits.cost(member);
  }

  /// Takes in what an operand comes from, if it can be computed in the loops.
  private boolean joins(Value operand, Node source, boolean sparing) {
    boolean suits =
        waiting.contains(source)
            && Waiting.isDirect(operand, source)
            && loops.space.elements() > 0
            && loops.fits(source, flow.producers()).isPresent()
            && loops.cost() + cost + KernelLimits.cost(source) <= KernelLimits.COST;
    if (!suits) {
      return false;
    }
    int before = sparing ? accesses().count() : 0;
    take(source);
    if (sparing && accesses().count() > Math.max(before, KernelLimits.ACCESSES)) {
      members.remove(source);
      cost -= KernelLimits.cost(source);
      return false;
    }
    return true;
  }

  /// Whether an operand could only be in memory after the loops.
  private boolean wouldCycle(Value operand) {
    return waiting.origins(operand).stream()
        .anyMatch(origin -> origin == loops || depends.test(origin, loops));
  }
}
