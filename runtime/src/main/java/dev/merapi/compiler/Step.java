package dev.merapi.compiler;

import dev.merapi.graph.Contract;
import dev.merapi.graph.Custom;
import dev.merapi.graph.Index;
import dev.merapi.graph.MapOp;
import dev.merapi.graph.Node;
import dev.merapi.graph.Reduce;
import dev.merapi.graph.Shape;
import dev.merapi.graph.Source;
import dev.merapi.graph.Value;
import dev.merapi.graph.View;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.IntStream;

/// A set of nodes that become one kernel.
abstract sealed class Step {
  /// The nodes in order.
  final List<Node> nodes = new ArrayList<>();

  /// How many steps were made before this one.
  final int number;

  /// The steps whose results this one reads.
  private final Set<Step> predecessors = new LinkedHashSet<>();

  private final Set<Step> successors = new LinkedHashSet<>();

  /// The largest number among this step and those that it needs: it needs none with a larger one.
  private int newest;

  private Step(int number) {
    this.number = number;
    newest = number;
  }

  /// The steps whose results this one reads.
  final Set<Step> predecessors() {
    return Collections.unmodifiableSet(predecessors);
  }

  /// The steps that read results of this one.
  final Set<Step> successors() {
    return Collections.unmodifiableSet(successors);
  }

  /// Says that this step reads a result of another.
  final void reads(Step other) {
    if (!predecessors.add(other)) {
      return;
    }
    other.successors.add(this);
    var open = new ArrayDeque<Step>();
    open.add(this);
    while (!open.isEmpty()) {
      Step step = open.remove();
      if (step.newest < other.newest) {
        step.newest = other.newest;
        open.addAll(step.successors);
      }
    }
  }

  /// Takes the place of another step: reads what it read, and is read instead.
  private void replace(Step other) {
    for (Step each : other.predecessors) {
      each.successors.remove(other);
      reads(each);
    }
    for (Step each : other.successors) {
      each.predecessors.remove(other);
      if (each != this) {
        each.reads(this);
      }
    }
  }

  /// Whether this step needs, directly or not, a result of the other.
  final boolean dependsOn(Step other) {
    return dependsOn(other, Integer.MAX_VALUE);
  }

  /// As [#dependsOn(Step)]; a search that takes too long is given up, and says that it does.
  final boolean mayDependOn(Step other) {
    return dependsOn(other, KernelLimits.SEARCH);
  }

  private boolean dependsOn(Step other, int mostSeen) {
    var seen = new HashSet<>(List.of(this));
    var open = new ArrayDeque<Step>();
    open.add(this);
    while (!open.isEmpty()) {
      Step step = open.remove();
      if (step.newest < other.number) {
        continue;
      }
      if (step.predecessors.contains(other) || seen.size() > mostSeen) {
        return true;
      }
      for (Step each : step.predecessors) {
        if (seen.add(each)) {
          open.add(each);
        }
      }
    }
    return false;
  }

  /// The places in the model, each once.
  final String label() {
    return String.join("+", new LinkedHashSet<>(nodes.stream().map(Node::path).toList()));
  }

  /// A product, convolution, pooling, index or user's operation, or a view that must copy; then the
  /// maps that were fused into its store.
  static final class Kernel extends Step {
    private int epilogueCost;

    Kernel(int number, Node node) {
      super(number);
      nodes.add(node);
    }

    /// Adds a map to what is applied before the result is stored.
    void join(Node node) {
      nodes.add(node);
      epilogueCost += KernelLimits.cost(node);
    }

    /// The cost of the maps that were fused into its store.
    int epilogueCost() {
      return epilogueCost;
    }

    Node first() {
      return nodes.getFirst();
    }

    /// The value that is stored.
    Value result() {
      return nodes.getLast().result();
    }

    List<Node> epilogue() {
      return nodes.subList(1, nodes.size());
    }
  }

  /// Maps and folds over one space of indices.
  static final class Loops extends Step {
    /// Where a value of this step lives.
    enum Level {
      /// One element for each point of the space.
      FULL,
      /// One element for each point of the axes that are not folded.
      POINT
    }

    final Shape space;
    private final Map<Value, Level> levels = new LinkedHashMap<>();
    private List<Integer> folded = List.of();
    private int cost;

    Loops(int number, Shape space) {
      super(number);
      this.space = space;
    }

    /// The axes that are folded, ascending.
    List<Integer> folded() {
      return folded;
    }

    int cost() {
      return cost;
    }

    /// The axes that remain, ascending.
    List<Integer> kept() {
      return IntStream.range(0, space.rank())
          .boxed()
          .filter(axis -> !folded.contains(axis))
          .toList();
    }

    Shape pointShape() {
      return new Shape(kept().stream().map(space::dim).toList());
    }

    /// The level of a value that is computed here, or of a broadcast of one along the folded axes.
    Optional<Level> level(Value value, Map<Value, Node> producers) {
      Level known = levels.get(value);
      if (known != null) {
        return Optional.of(known);
      }
      return spreadPoint(value, producers).map(_ -> Level.FULL);
    }

    /// The point value of this step of which the value is a broadcast along the folded axes.
    Optional<Value> spreadPoint(Value value, Map<Value, Node> producers) {
      Node node = producers.get(value);
      if (node == null || !(node.op() instanceof View.Broadcast broadcast) || folded.isEmpty()) {
        return Optional.empty();
      }
      Value source = node.operands().getFirst();
      boolean spreads =
          levels.get(source) == Level.POINT
              && broadcast.target().equals(space)
              && broadcast.axes().equals(kept())
              && source.shape().equals(pointShape());
      return spreads ? Optional.of(source) : Optional.empty();
    }

    /// The level at which a node would join, if its shapes fit.
    Optional<Level> fits(Node node, Map<Value, Node> producers) {
      return switch (node.op()) {
        case MapOp _ -> mapLevel(node, producers);
        case Reduce.Fold fold -> foldLevel(node, fold.axes(), producers);
        case Reduce.ArgFold fold -> foldLevel(node, List.of(fold.axis()), producers);
        case Reduce.Window _, Reduce.WindowGrad _ -> Optional.empty();
        case Source _, View _, Contract _, Index _, Custom _ -> Optional.empty();
      };
    }

    private Optional<Level> mapLevel(Node node, Map<Value, Node> producers) {
      Shape shape = node.result().shape();
      var levelsOfOperands =
          node.operands().stream().flatMap(each -> level(each, producers).stream()).toList();
      if (!levelsOfOperands.contains(Level.POINT) && shape.equals(space)) {
        return Optional.of(Level.FULL);
      }
      return !levelsOfOperands.contains(Level.FULL) && shape.equals(pointShape())
          ? Optional.of(Level.POINT)
          : Optional.empty();
    }

    private Optional<Level> foldLevel(Node node, List<Integer> axes, Map<Value, Node> producers) {
      Value operand = node.operands().getFirst();
      boolean fits =
          operand.shape().equals(space)
              && level(operand, producers).orElse(Level.FULL) == Level.FULL
              && (folded.isEmpty() || folded.equals(axes));
      return fits ? Optional.of(Level.POINT) : Optional.empty();
    }

    /// Computes what other loops of the same space, which these may read, have computed so far.
    /// Both have no folds.
    void absorb(Loops other) {
      super.replace(other);
      nodes.addAll(0, other.nodes);
      levels.putAll(other.levels);
      cost += other.cost;
    }

    void join(Node node, Level level) {
      nodes.add(node);
      cost += KernelLimits.cost(node);
      levels.put(node.result(), level);
      switch (node.op()) {
        case Reduce.Fold fold -> folded = fold.axes();
        case Reduce.ArgFold fold -> folded = List.of(fold.axis());
        case MapOp _ -> {}
        case Reduce.Window _,
            Reduce.WindowGrad _,
            Source _,
            View _,
            Contract _,
            Index _,
            Custom _ ->
            throw new IllegalStateException("no map or fold: " + node);
      }
    }

    Level levelOf(Value value) {
      Level level = levels.get(value);
      if (level == null) {
        throw new IllegalStateException("not computed by this step: " + value);
      }
      return level;
    }

    boolean computes(Value value) {
      return levels.containsKey(value);
    }
  }
}
