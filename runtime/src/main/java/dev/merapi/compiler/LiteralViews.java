package dev.merapi.compiler;

import dev.merapi.graph.Literal;
import dev.merapi.graph.Shape;
import dev.merapi.graph.TensorType;
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

/// Views of constants, computed at compile time.
final class LiteralViews {
  private LiteralViews() {}

  /// The view's value as a constant; empty where a constant of that size would not pay.
  static Optional<Literal> apply(
      View view, List<Literal> operands, Shape result, long mostElements) {
    Literal operand = operands.getFirst();
    boolean splat = operands.stream().allMatch(each -> each.isSplat() && sameValue(each, operand));
    return switch (view) {
      case Reshape _ -> Optional.of(operand.with(result));
      case Broadcast _ -> splat ? Optional.of(operand.with(result)) : Optional.empty();
      case Permute permute -> moved(operand, result, mostElements, at -> permuted(permute, at));
      case Slice slice -> moved(operand, result, mostElements, at -> sliced(slice, at));
      case Flip flip -> moved(operand, result, mostElements, at -> flipped(flip, result, at));
      case Pad pad ->
          splat && sameValue(pad.value(), operand)
              ? Optional.of(operand.with(result))
              : Optional.empty();
      case Concat _ -> splat ? Optional.of(operand.with(result)) : Optional.empty();
    };
  }

  private static boolean sameValue(Literal a, Literal b) {
    return a.bits(0) == b.bits(0);
  }

  /// Where in the operand an element of the result comes from.
  private interface Origin {
    long[] of(long[] at);
  }

  private static Optional<Literal> moved(
      Literal operand, Shape result, long mostElements, Origin origin) {
    if (operand.isSplat()) {
      return Optional.of(operand.with(result));
    }
    if (!result.isConstant() || result.elements() > mostElements) {
      return Optional.empty();
    }
    long[] from = operand.type().shape().toArray();
    long[] to = result.toArray();
    int[] bits = new int[Math.toIntExact(result.elements())];
    for (int i = 0; i < bits.length; i++) {
      bits[i] = operand.bits(index(origin.of(position(i, to)), from));
    }
    return Optional.of(Literal.ofBits(new TensorType(operand.type().dtype(), result), bits));
  }

  private static long[] position(long index, long[] sizes) {
    long[] at = new long[sizes.length];
    long rest = index;
    for (int axis = sizes.length - 1; axis >= 0; axis--) {
      at[axis] = rest % sizes[axis];
      rest /= sizes[axis];
    }
    return at;
  }

  private static long index(long[] at, long[] sizes) {
    long index = 0;
    for (int axis = 0; axis < sizes.length; axis++) {
      index = index * sizes[axis] + at[axis];
    }
    return index;
  }

  private static long[] permuted(Permute permute, long[] at) {
    long[] from = new long[at.length];
    for (int axis = 0; axis < at.length; axis++) {
      from[permute.order().get(axis)] = at[axis];
    }
    return from;
  }

  private static long[] sliced(Slice slice, long[] at) {
    long[] from = at.clone();
    for (int axis = 0; axis < at.length; axis++) {
      from[axis] = slice.starts().get(axis) + at[axis] * slice.steps().get(axis);
    }
    return from;
  }

  private static long[] flipped(Flip flip, Shape shape, long[] at) {
    long[] from = at.clone();
    flip.axes().forEach(axis -> from[axis] = shape.size(axis) - 1 - at[axis]);
    return from;
  }
}
