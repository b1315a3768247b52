package dev.merapi.graph;

import dev.merapi.graph.Contract.Dot;
import java.util.ArrayList;
import java.util.Collections;
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
    Value gradient = context.gradient();
    if (context.needs(0)) {
      // sorted as in the right operand, which is where the product finds them
      var contracted = inOrderOf(dot.rightContract(), dot.leftContract());
      boolean freeFirst = comesFirst(leftFree, contracted);
      Value product =
          freeFirst
              ? builder.dot(
                  new Dot(batch, dot.rightBatch(), rightInResult, rightFree), gradient, right)
              : builder.dot(
                  new Dot(dot.rightBatch(), batch, rightFree, rightInResult), right, gradient);
      context.give(0, restore(builder, product, dot.leftBatch(), leftFree, contracted, freeFirst));
    }
    if (context.needs(1)) {
      var contracted = inOrderOf(dot.leftContract(), dot.rightContract());
      boolean freeFirst = comesFirst(rightFree, contracted);
      Value product =
          freeFirst
              ? builder.dot(new Dot(batch, dot.leftBatch(), leftInResult, leftFree), gradient, left)
              : builder.dot(
                  new Dot(dot.leftBatch(), batch, leftFree, leftInResult), left, gradient);
      context.give(
          1, restore(builder, product, dot.rightBatch(), rightFree, contracted, freeFirst));
    }
  }

  /// Whether an operand's free axes lie before its contracted ones. The product is then written in
  /// that order, so that its gradient lies in memory as the operand does.
  private static boolean comesFirst(List<Integer> free, List<Integer> contracted) {
    return free.isEmpty()
        || contracted.isEmpty()
        || Collections.min(free) < Collections.min(contracted);
  }

  /// The partners of sorted `keys`: how contracted axes appear among the free axes of a product.
  private static List<Integer> inOrderOf(List<Integer> keys, List<Integer> partners) {
    return IntStream.range(0, keys.size())
        .boxed()
        .sorted((a, b) -> Integer.compare(keys.get(a), keys.get(b)))
        .map(partners::get)
        .toList();
  }

  /// Puts the axes of a product back in the operand's order.
  private static Value restore(
      GraphBuilder builder,
      Value product,
      List<Integer> batch,
      List<Integer> free,
      List<Integer> contracted,
      boolean freeFirst) {
    var axes = new ArrayList<>(batch);
    axes.addAll(freeFirst ? free : contracted);
    axes.addAll(freeFirst ? contracted : free);
    return builder.permute(product, range(0, axes.size()).stream().map(axes::indexOf).toList());
  }

  private static List<Integer> range(int start, int count) {
    return IntStream.range(start, start + count).boxed().toList();
  }
}
