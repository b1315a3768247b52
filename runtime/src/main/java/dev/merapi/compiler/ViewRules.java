package dev.merapi.compiler;

import dev.merapi.graph.Dim;
import dev.merapi.graph.GraphBuilder;
import dev.merapi.graph.Node;
import dev.merapi.graph.Op;
import dev.merapi.graph.Shape;
import dev.merapi.graph.Value;
import dev.merapi.graph.View;
import dev.merapi.graph.View.Broadcast;
import dev.merapi.graph.View.Concat;
import dev.merapi.graph.View.Flip;
import dev.merapi.graph.View.Pad;
import dev.merapi.graph.View.Permute;
import dev.merapi.graph.View.Reshape;
import dev.merapi.graph.View.Slice;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;

/// Leaves out views that change nothing and joins a view with one of its kind before it.
final class ViewRules {
  private ViewRules() {}

  /// The value of a view of operands of the new graph.
  static Value simplify(View view, List<Value> operands, GraphBuilder builder) {
    Node before = builder.producer(operands.getFirst());
    Optional<View> joined = operands.size() == 1 ? joined(view, before.op()) : Optional.empty();
    View simpler = joined.orElse(view);
    List<Value> from = joined.isPresent() ? before.operands() : operands;
    return from.size() == 1 && changesNothing(simpler, from.getFirst().shape())
        ? from.getFirst()
        : builder.add(simpler, from).result();
  }

  /// One view for two, if they can be joined.
  private static Optional<View> joined(View view, Op before) {
    return switch (view) {
      case Reshape reshape when before instanceof Reshape -> Optional.of(reshape);
      case Permute second when before instanceof Permute first ->
          Optional.of(new Permute(second.order().stream().map(first.order()::get).toList()));
      case Broadcast second when before instanceof Broadcast first ->
          Optional.of(
              new Broadcast(
                  second.target(), first.axes().stream().map(second.axes()::get).toList()));
      case Slice second when before instanceof Slice first -> Optional.of(joined(first, second));
      case Flip second when before instanceof Flip first -> Optional.of(joined(first, second));
      case Reshape _, Permute _, Broadcast _, Slice _, Pad _, Flip _, Concat _ -> Optional.empty();
    };
  }

  private static Slice joined(Slice first, Slice second) {
    var axes = IntStream.range(0, first.starts().size()).boxed();
    var starts =
        IntStream.range(0, first.starts().size())
            .mapToObj(i -> first.starts().get(i) + first.steps().get(i) * second.starts().get(i))
            .toList();
    var steps = axes.map(i -> first.steps().get(i) * second.steps().get(i)).toList();
    return new Slice(starts, second.sizes(), steps);
  }

  /// An axis that is flipped twice is not flipped.
  private static Flip joined(Flip first, Flip second) {
    var once =
        IntStream.concat(
                first.axes().stream().mapToInt(axis -> axis),
                second.axes().stream().mapToInt(axis -> axis))
            .filter(axis -> first.axes().contains(axis) != second.axes().contains(axis))
            .boxed()
            .toList();
    return new Flip(once);
  }

  private static boolean changesNothing(View view, Shape shape) {
    return switch (view) {
      case Reshape reshape -> reshape.target().equals(shape);
      case Permute permute -> isIota(permute.order());
      case Broadcast broadcast -> broadcast.target().equals(shape);
      case Slice slice ->
          slice.sizes().equals(shape) && slice.steps().stream().allMatch(step -> step == 1);
      case Pad pad ->
          pad.low().stream().allMatch(ViewRules::isZero)
              && pad.high().stream().allMatch(ViewRules::isZero)
              && pad.between().stream().allMatch(gap -> gap == 0);
      case Flip flip -> flip.axes().isEmpty();
      case Concat _ -> true; // of one operand
    };
  }

  private static boolean isIota(List<Integer> order) {
    return order.equals(IntStream.range(0, order.size()).boxed().toList());
  }

  private static boolean isZero(Dim dim) {
    return dim.equals(Dim.of(0));
  }
}
