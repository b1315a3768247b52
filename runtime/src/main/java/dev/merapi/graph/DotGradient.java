package dev.merapi.graph;

import dev.merapi.graph.Contract.Dot;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;

/// The gradients of the general matrix product: each is a product of the result's gradient with the
/// other operand, its axes put back in order.
final class DotGradient {
  private DotGradient() {}

  static void give(Dot dot, Vjp context) {
    Value left = context.operand(0);
    Value right = context.operand(1);
    int batches = dot.leftBatch().size();
    var leftFree = Dot.free(left.type().rank(), dot.leftBatch(), dot.leftContract());
    var rightFree = Dot.free(right.type().rank(), dot.rightBatch(), dot.rightContract());
    var batch = range(0, batches);
    var leftInResult = range(batches, leftFree.size());
    var rightInResult = range(batches + leftFree.size(), rightFree.size());
    GraphBuilder builder = context.builder();
    if (context.needs(0)) {
      var product = new Dot(batch, dot.rightBatch(), rightInResult, rightFree);
      Value gradient = builder.add(product, List.of(context.gradient(), right)).result();
      // its axes: batch, the left one's free ones, the contracted ones in the right one's order
      var contracted = inOrderOf(dot.rightContract(), dot.leftContract());
      context.give(0, restore(builder, gradient, dot.leftBatch(), leftFree, contracted));
    }
    if (context.needs(1)) {
      var product = new Dot(dot.leftBatch(), batch, leftFree, leftInResult);
      Value gradient = builder.add(product, List.of(left, context.gradient())).result();
      // its axes: batch, the contracted ones in the left one's order, the right one's free ones
      var contracted = inOrderOf(dot.leftContract(), dot.rightContract());
      context.give(1, restore(builder, gradient, dot.rightBatch(), contracted, rightFree));
    }
  }

  /// The partners of sorted `keys`: how contracted axes appear among the free axes of a product.
  private static List<Integer> inOrderOf(List<Integer> keys, List<Integer> partners) {
    return IntStream.range(0, keys.size())
        .boxed()
        .sorted((a, b) -> Integer.compare(keys.get(a), keys.get(b)))
        .map(partners::get)
        .toList();
  }

  @SafeVarargs
  private static Value restore(GraphBuilder builder, Value value, List<Integer>... groups) {
    var axes = new ArrayList<Integer>();
    for (List<Integer> group : groups) {
      axes.addAll(group);
    }
    return builder.permute(value, range(0, axes.size()).stream().map(axes::indexOf).toList());
  }

  private static List<Integer> range(int start, int count) {
    return IntStream.range(start, start + count).boxed().toList();
  }
}
