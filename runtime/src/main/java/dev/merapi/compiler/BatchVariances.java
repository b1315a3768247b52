package dev.merapi.compiler;

import dev.merapi.MerapiException;
import dev.merapi.MerapiException.Kind;
import dev.merapi.graph.Graph;
import dev.merapi.graph.Node;
import dev.merapi.ops.Compose;

/// Refuses a normalisation by the statistics of a batch in which a channel has one value: its
/// variance is none, and running statistics that follow it would be spoilt.
public final class BatchVariances {
  private BatchVariances() {}

  /// @param bound a graph whose sizes have numbers
  /// @throws MerapiException of kind `SHAPE` that names the layer
  public static void check(Graph bound) {
    var producers = bound.producers();
    for (Node node : bound.nodes()) {
      if (Compose.batchCount(node, producers).orElse(0) == 1) {
        throw MerapiException.of(Kind.SHAPE, "batchNorm: one value a channel has no variance")
            .with("channels", node.result().shape().elements())
            .with("values", 1)
            .at(node.path())
            .hint(
                "take batches of two rows or more (dropLast() leaves out a smaller last one), or"
                    + " layerNorm");
      }
    }
  }
}
