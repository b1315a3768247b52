package dev.merapi.compiler;

import dev.merapi.graph.Graph;
import dev.merapi.graph.GraphRewriter;
import dev.merapi.graph.Source.RandomBits;
import dev.merapi.ops.Threefry;
import java.util.List;

/// Spells random words in integer arithmetic, so that they are computed where they are used: a
/// dropout is one kernel, and a backend has nothing to do to give the same words as all others.
final class RandomExpansion implements Pass {
  @Override
  public Graph apply(Graph graph) {
    return GraphRewriter.rewrite(
        graph,
        (node, operands, builder) ->
            node.op() instanceof RandomBits random
                ? List.of(
                    Threefry.bits(
                        builder.at(node.path()),
                        operands.getFirst(),
                        operands.getLast(),
                        random.type()))
                : builder.copy(node, operands));
  }
}
