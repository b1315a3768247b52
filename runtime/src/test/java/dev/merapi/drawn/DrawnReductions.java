package dev.merapi.drawn;

import dev.merapi.graph.DType;
import dev.merapi.graph.Dim;
import dev.merapi.graph.Monoid;
import dev.merapi.graph.Reduce;
import dev.merapi.graph.Value;
import dev.merapi.graph.View;
import dev.merapi.graph.WindowGeometry;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;

/// Draws folds over any axes, searches for extremes, and pooling.
final class DrawnReductions {
  private static final List<Monoid> ALL = List.of(Monoid.SUM, Monoid.SUM, Monoid.MAX, Monoid.MIN);

  private final Draft draft;
  private final DrawnViews views;

  DrawnReductions(Draft draft, DrawnViews views) {
    this.draft = draft;
    this.views = views;
  }

  Value any() {
    return switch (draft.random.nextInt(6)) {
      case 0 -> searched();
      case 1 -> pooled();
      default -> folded();
    };
  }

  private Value folded() {
    Value x = draft.oneIn(5) ? draft.any(value -> value.dtype() == DType.I32) : draft.number();
    int rank = x.type().rank();
    var axes = IntStream.range(0, rank).boxed().filter(_ -> draft.oneIn(2)).toList();
    Value result = draft.add(new Reduce.Fold(draft.oneOf(ALL), axes), x);
    if (x.dtype().isFloat() && draft.oneIn(3)) {
      // back to where it came from, as a softmax or a norm does
      var kept = IntStream.range(0, rank).boxed().filter(axis -> !axes.contains(axis)).toList();
      Value spread = draft.add(new View.Broadcast(x.shape(), kept), draft.tame(result));
      return draft.map(
          dev.merapi.graph.ScalarFn.arg(0).minus(dev.merapi.graph.ScalarFn.arg(1)), x, spread);
    }
    return result;
  }

  private Value searched() {
    Value x = draft.number();
    var axes =
        IntStream.range(0, x.type().rank())
            .boxed()
            .filter(axis -> draft.size(x.shape().dim(axis)) > 0)
            .toList();
    return axes.isEmpty()
        ? folded()
        : draft.add(
            new Reduce.ArgFold(draft.oneOf(List.of(Monoid.MAX, Monoid.MIN)), draft.oneOf(axes)), x);
  }

  private Value pooled() {
    int spatial = draft.between(1, 2);
    Value x = draft.number();
    if (x.type().rank() != spatial + 2) {
      x = views.shaped(DType.F32, draft.shape(spatial + 2, 400));
    }
    WindowGeometry geometry = window(x.shape().dims().subList(2, 2 + spatial));
    Monoid monoid = draft.oneOf(ALL);
    Value pooled = draft.add(new Reduce.Window(monoid, geometry), x);
    if (draft.oneIn(4)) {
      Value dy = views.shaped(DType.F32, pooled.shape());
      return draft.add(new Reduce.WindowGrad(monoid, geometry), x, dy);
    }
    return pooled;
  }

  /// A window that fits into these sizes, its paddings included.
  WindowGeometry window(List<Dim> sizes) {
    var kernel = new ArrayList<Long>();
    var strides = new ArrayList<Long>();
    var low = new ArrayList<Long>();
    var high = new ArrayList<Long>();
    var dilations = new ArrayList<Long>();
    for (Dim dim : sizes) {
      long size = draft.size(dim);
      long before = draft.oneIn(2) ? 0 : draft.between(0, 2);
      long behind = draft.oneIn(2) ? before : draft.between(0, 2);
      if (size + before + behind == 0) {
        before = 1;
      }
      long room = size + before + behind;
      long dilation = draft.oneIn(3) ? 2 : 1;
      long most = (room - 1) / dilation + 1;
      kernel.add(Math.min(most, draft.oneIn(3) ? 1L : draft.between(1, 4)));
      strides.add((long) draft.between(1, draft.oneIn(2) ? 1 : 3));
      low.add(before);
      high.add(behind);
      dilations.add(dilation);
    }
    return new WindowGeometry(kernel, strides, low, high, dilations);
  }
}
