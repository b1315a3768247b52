package dev.merapi.compiler;

import dev.merapi.graph.Node;
import dev.merapi.graph.Value;
import java.util.ArrayDeque;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/// The maps of what is in memory or waits itself: they join the first loops that read them.
///
/// What waits behind one map is limited, so that it can become one kernel together with it and is
/// soon walked over.
final class Waiting {
  private final Dataflow flow;
  private final Map<Node, Step> stepOf;

  /// How many views lie between the maps that wait one behind the other, at most.
  private final Map<Node, Integer> depths = new HashMap<>();

  /// @param stepOf the steps of nodes that do not wait
  Waiting(Dataflow flow, Map<Node, Step> stepOf) {
    this.flow = flow;
    this.stepOf = stepOf;
  }

  boolean contains(Node node) {
    return depths.containsKey(node);
  }

  void add(Node node) {
    depths.put(node, depth(node));
  }

  void remove(Node node) {
    depths.remove(node);
  }

  private int depth(Node node) {
    int depth = 0;
    for (Value operand : node.operands()) {
      Node source = flow.source(operand);
      Integer behind = depths.get(source);
      if (behind != null) {
        depth = Math.max(depth, behind + (isDirect(operand, source) ? 0 : 1));
      }
    }
    return depth;
  }

  /// Whether an operand is the very result of a node, not a view of it.
  static boolean isDirect(Value operand, Node source) {
    return source.results().contains(operand);
  }

  /// What must be computed before a map may wait, because too much waits behind it already.
  Optional<Value> excess(Node node) {
    boolean fits =
        depth(node) <= KernelLimits.WAITING_BEHIND_VIEWS
            && walk(node, KernelLimits.WAITING).size() <= KernelLimits.WAITING
            && new Kernel(node).fits();
    if (fits) {
      return Optional.empty();
    }
    return node.operands().stream()
        .filter(operand -> contains(flow.source(operand)))
        .max(Comparator.comparingInt(operand -> new Kernel(flow.source(operand)).cost));
  }

  /// The steps that must run before a value can be read: the one that computes it or what it is a
  /// view of; those of its operands while it waits.
  Set<Step> origins(Value value) {
    Node node = flow.source(value);
    Step step = stepOf.get(node);
    if (step != null) {
      return Set.of(step);
    }
    var origins = new LinkedHashSet<Step>();
    behind(node)
        .forEach(each -> {
          for (Value operand : each.operands()) {
            Step origin = stepOf.get(flow.source(operand));
            if (origin != null) {
              origins.add(origin);
            }
          }
        });
    return origins;
  }

  /// A node and all that waits behind it, views in between or not; nothing if it does not wait.
  private Set<Node> behind(Node node) {
    return contains(node) ? walk(node, Integer.MAX_VALUE) : Set.of();
  }

  /// A node and what waits behind it, until more than so many are found.
  private Set<Node> walk(Node node, int most) {
    var found = new LinkedHashSet<>(List.of(node));
    var open = new ArrayDeque<Node>();
    open.add(node);
    while (!open.isEmpty() && found.size() <= most) {
      for (Value operand : open.remove().operands()) {
        Node source = flow.source(operand);
        if (contains(source) && found.add(source)) {
          open.add(source);
        }
      }
    }
    return found;
  }

  /// The kernel that a map and those that wait right behind it would be.
  private final class Kernel {
    private final Set<Value> loads = new HashSet<>();
    private int cost;

    Kernel(Node node) {
      var seen = new HashSet<>(List.of(node));
      var open = new ArrayDeque<Node>();
      open.add(node);
      while (!open.isEmpty()) {
        Node next = open.remove();
        cost += KernelLimits.cost(next);
        for (Value operand : next.operands()) {
          Node source = flow.source(operand);
          if (contains(source) && isDirect(operand, source)) {
            if (seen.add(source)) {
              open.add(source);
            }
          } else if (!Accesses.isNumber(source)) {
            loads.add(operand);
          }
        }
      }
    }

    boolean fits() {
      return cost <= KernelLimits.COST && loads.size() < KernelLimits.ACCESSES;
    }
  }
}
