package dev.merapi.drawn;

import dev.merapi.graph.DType;
import dev.merapi.graph.Dim;
import dev.merapi.graph.Index;
import dev.merapi.graph.Shape;
import dev.merapi.graph.Source;
import dev.merapi.graph.TensorType;
import dev.merapi.graph.Value;
import java.util.ArrayList;

/// Draws gathers, scatters and random words.
final class DrawnIndices {
  private final Draft draft;
  private final DrawnViews views;

  DrawnIndices(Draft draft, DrawnViews views) {
    this.draft = draft;
    this.views = views;
  }

  Value any() {
    if (draft.oneIn(8)) {
      Value key = draft.source(DType.I32, Shape.of(2));
      Value counter = draft.source(DType.I32, Shape.SCALAR);
      var words = new TensorType(DType.I32, draft.shape(draft.between(0, 2), 100));
      return draft.add(new Source.RandomBits(words), key, counter);
    }
    Value x = draft.oneIn(4) ? draft.any(each -> each.dtype() != DType.BOOL) : draft.number();
    if (x.type().rank() == 0) {
      x = views.shaped(DType.F32, draft.shape(draft.between(1, 3), 200));
    }
    int axis = draft.random.nextInt(x.type().rank());
    long size = draft.size(x.shape().dim(axis));
    int batch = draft.oneIn(2) ? 0 : draft.between(0, axis);
    var dims = new ArrayList<Dim>(x.shape().dims().subList(0, batch));
    long rest = Math.max(1, draft.elements(x.shape()) / Math.max(1, size));
    dims.addAll(draft.shape(draft.between(0, 2), Draft.MOST_ELEMENTS / rest).dims());
    var shape = new Shape(dims);
    if (size == 0 && draft.elements(shape) > 0) {
      return views.of(x);
    }
    Value indices = draft.indices(shape, Math.max(1, size));
    var gather = new Index.Gather(axis, batch);
    if (draft.oneIn(2)) {
      return draft.add(gather, x, indices);
    }
    Shape updates = gather.infer(java.util.List.of(x.type(), indices.type())).getFirst().shape();
    return draft.add(new Index.Scatter(axis, batch), x, indices, views.shaped(x.dtype(), updates));
  }
}
