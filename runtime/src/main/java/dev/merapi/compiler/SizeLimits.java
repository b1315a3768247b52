package dev.merapi.compiler;

import dev.merapi.MerapiException;
import dev.merapi.MerapiException.Kind;
import dev.merapi.graph.Contract;
import dev.merapi.graph.Contract.Conv;
import dev.merapi.graph.Custom;
import dev.merapi.graph.Graph;
import dev.merapi.graph.Index;
import dev.merapi.graph.MapOp;
import dev.merapi.graph.Node;
import dev.merapi.graph.Reduce;
import dev.merapi.graph.Reduce.Window;
import dev.merapi.graph.Reduce.WindowGrad;
import dev.merapi.graph.Shape;
import dev.merapi.graph.Source;
import dev.merapi.graph.Value;
import dev.merapi.graph.View;
import dev.merapi.graph.WindowGeometry;
import java.util.List;
import java.util.stream.IntStream;

/// Refuses sizes that no machine has, before anything is computed with them: strides, offsets and
/// sums of bytes behind this need no check for overflow.
final class SizeLimits {
  /// Elements of one value, axes of size 0 counted as 1. A million of them are within 63 bits.
  private static final long MOST = 1L << 40;

  private SizeLimits() {}

  /// @param graph of constant sizes
  /// @throws MerapiException of kind `MEMORY` if a value has more elements than can be
  static void check(Graph graph) {
    for (Node node : graph.nodes()) {
      node.results().forEach(result -> check(node, result.shape()));
      switch (node.op()) {
        case Window window -> padded(node, window.geometry());
        case WindowGrad window -> padded(node, window.geometry());
        case Conv conv -> {
          List<Long> sizes = conv.geometry().spatial().stream().map(dim -> dim.value()).toList();
          padded(node, sizes, conv.geometry().window());
        }
        case Source _,
            MapOp _,
            View _,
            Reduce.Fold _,
            Reduce.ArgFold _,
            Contract.Dot _,
            Index _,
            Custom _ -> {}
      }
    }
  }

  private static void padded(Node node, WindowGeometry geometry) {
    Value operand = node.operands().getFirst();
    var sizes = operand.shape().dims().subList(2, operand.type().rank());
    padded(node, sizes.stream().map(dim -> dim.value()).toList(), geometry);
  }

  /// What a window slides over is not in memory as a whole, but the places are counted.
  private static void padded(Node node, List<Long> sizes, WindowGeometry geometry) {
    Object[] padded =
        IntStream.range(0, sizes.size())
            .mapToObj(i -> sizes.get(i) + geometry.padLow().get(i) + geometry.padHigh().get(i))
            .toArray();
    check(node, Shape.of(padded));
  }

  private static void check(Node node, Shape shape) {
    double elements = 1;
    for (long size : shape.toArray()) {
      elements *= Math.max(1, size);
    }
    if (elements > MOST) {
      throw MerapiException.of(
              Kind.MEMORY, node.op().name() + ": more elements than any machine has")
          .with("shape", shape)
          .with("limit", MOST)
          .at(node.path())
          .hint("bind smaller sizes");
    }
  }
}
