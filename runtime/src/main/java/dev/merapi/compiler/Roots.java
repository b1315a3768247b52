package dev.merapi.compiler;

import dev.merapi.graph.Node;
import dev.merapi.graph.Value;
import dev.merapi.graph.View;
import java.util.Map;

/// Follows affine views to the value they look at.
final class Roots {
  private Roots() {}

  static Value of(Value value, Map<Value, Node> producers) {
    Node node = producers.get(value);
    if (node == null || !(node.op() instanceof View) || Fusion.copies(node.op())) {
      return value;
    }
    return of(node.operands().getFirst(), producers);
  }
}
