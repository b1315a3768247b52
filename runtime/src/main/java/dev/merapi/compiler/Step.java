package dev.merapi.compiler;

import dev.merapi.graph.MapOp;
import dev.merapi.graph.Node;
import dev.merapi.graph.Reduce;
import dev.merapi.graph.Shape;
import dev.merapi.graph.Value;
import dev.merapi.graph.View;
import java.util.ArrayList;
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

  /// The steps whose results this one reads.
  final Set<Step> predecessors = new LinkedHashSet<>();

  /// Whether this step needs, directly or not, a result of the other.
  final boolean dependsOn(Step other) {
    return dependsOn(other, new LinkedHashSet<>());
  }

  private boolean dependsOn(Step other, Set<Step> seen) {
    return predecessors.stream()
        .anyMatch(each -> each == other || (seen.add(each) && each.dependsOn(other, seen)));
  }

  /// The places in the model, each once.
  final String label() {
    return String.join("+", new LinkedHashSet<>(nodes.stream().map(Node::path).toList()));
  }

  /// A product, convolution, pooling, index or user's operation, or a view that must copy; then the
  /// maps that were fused into its store.
  static final class Kernel extends Step {
    Kernel(Node node) {
      nodes.add(node);
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

    Loops(Shape space) {
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
        default -> Optional.empty();
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

    void join(Node node, Level level, int nodeCost) {
      nodes.add(node);
      cost += nodeCost;
      levels.put(node.result(), level);
      switch (node.op()) {
        case Reduce.Fold fold -> folded = fold.axes();
        case Reduce.ArgFold fold -> folded = List.of(fold.axis());
        default -> {}
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
