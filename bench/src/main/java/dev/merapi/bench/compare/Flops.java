package dev.merapi.bench.compare;

import dev.merapi.graph.Contract.Conv;
import dev.merapi.graph.Contract.Dot;
import dev.merapi.graph.Dim;
import dev.merapi.graph.Graph;
import dev.merapi.graph.Node;
import dev.merapi.graph.Shape;

/// Counts the floating-point operations of products and convolutions, a multiply-add as two. What
/// is elementwise is left out, as is usual.
final class Flops {
  private Flops() {}

  /// @param graph with all sizes bound
  static long of(Graph graph) {
    return graph.nodes().stream().mapToLong(Flops::of).sum();
  }

  private static long of(Node node) {
    return switch (node.op()) {
      case Dot dot -> {
        Shape left = node.operands().getFirst().shape();
        long contracted = 1;
        for (int axis : dot.leftContract()) {
          contracted *= left.size(axis);
        }
        yield 2 * contracted * node.result().shape().elements();
      }
      case Conv conv -> {
        // Each element of the forward result sums over the filter of its channel, in every role.
        var geometry = conv.geometry();
        Dim batch = node.operands().getFirst().shape().dim(0);
        long filter = geometry.filter().shape().elements() / geometry.outChannels();
        yield 2 * filter * geometry.output(batch).shape().elements();
      }
      default -> 0;
    };
  }
}
