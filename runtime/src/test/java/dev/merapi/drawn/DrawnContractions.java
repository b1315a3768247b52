package dev.merapi.drawn;

import dev.merapi.drawn.Draft.Numbers;
import dev.merapi.graph.Contract;
import dev.merapi.graph.Contract.Role;
import dev.merapi.graph.ConvGeometry;
import dev.merapi.graph.DType;
import dev.merapi.graph.Dim;
import dev.merapi.graph.Shape;
import dev.merapi.graph.TensorType;
import dev.merapi.graph.Value;
import dev.merapi.graph.WindowGeometry;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.stream.IntStream;

/// Draws products and convolutions, often with maps behind them, which compilers fuse.
final class DrawnContractions {
  private static final long MOST_MULTIPLICATIONS = 30_000;

  private final Draft draft;
  private final DrawnViews views;
  private final DrawnMaps maps;
  private final DrawnReductions reductions;

  DrawnContractions(Draft draft, DrawnViews views, DrawnMaps maps, DrawnReductions reductions) {
    this.draft = draft;
    this.views = views;
    this.maps = maps;
    this.reductions = reductions;
  }

  Value any() {
    Value result = draft.oneIn(3) ? convolution() : product();
    for (int i = draft.between(0, 3); i > 0; i--) {
      result = maps.of(i == 3 ? draft.tame(result) : result);
    }
    return result;
  }

  /// What becomes of each axis of one operand is drawn; the other one is made to fit.
  private Value product() {
    Value x = draft.number();
    if (x.type().rank() == 0 || draft.oneIn(3)) {
      x = views.shaped(DType.F32, draft.shape(draft.between(0, 3), 300));
    }
    var batch = new ArrayList<Integer>();
    var contract = new ArrayList<Integer>();
    for (int axis = 0; axis < x.type().rank(); axis++) {
      int what = draft.random.nextInt(5);
      if (what == 0) {
        batch.add(axis);
      } else if (what <= 2) {
        contract.add(axis);
      }
    }
    Collections.shuffle(batch, draft.random);
    Collections.shuffle(contract, draft.random);
    Shape free = draft.shape(draft.between(0, 2), most(x, batch, contract));
    // the axes of the other operand: batch, contracted, free, in any order
    int count = batch.size() + contract.size() + free.rank();
    var order = new ArrayList<>(IntStream.range(0, count).boxed().toList());
    Collections.shuffle(order, draft.random);
    var dims = new ArrayList<Dim>(Collections.nCopies(count, Dim.of(1)));
    var yBatch = new ArrayList<Integer>();
    var yContract = new ArrayList<Integer>();
    for (int i = 0; i < count; i++) {
      int at = order.get(i);
      if (i < batch.size()) {
        yBatch.add(at);
        dims.set(at, x.shape().dim(batch.get(i)));
      } else if (i < batch.size() + contract.size()) {
        yContract.add(at);
        dims.set(at, x.shape().dim(contract.get(i - batch.size())));
      } else {
        dims.set(at, free.dim(i - batch.size() - contract.size()));
      }
    }
    Value y = views.shaped(DType.F32, new Shape(dims));
    return draft.oneIn(2)
        ? draft.add(new Contract.Dot(batch, yBatch, contract, yContract), x, y)
        : draft.add(new Contract.Dot(yBatch, batch, yContract, contract), y, x);
  }

  /// Elements along the other operand's free axes at most.
  private long most(Value x, List<Integer> batch, List<Integer> contract) {
    long all = Math.max(1, draft.elements(x.shape()));
    long contracted = count(x, contract);
    long results = Math.max(1, all / contracted);
    long right = Math.max(1, contracted * count(x, batch));
    return Math.max(
        1,
        Math.min(
            Draft.MOST_ELEMENTS / results,
            Math.min(Draft.MOST_ELEMENTS / right, MOST_MULTIPLICATIONS / all)));
  }

  private long count(Value x, List<Integer> axes) {
    long count =
        axes.stream().mapToLong(axis -> draft.size(x.shape().dim(axis))).reduce(1, (a, b) -> a * b);
    return Math.max(1, count);
  }

  private Value convolution() {
    int spatial = draft.between(1, 2);
    // as many channels as Winograd's method asks for, whose sums are not exact
    boolean wide = draft.numbers == Numbers.REALS && draft.oneIn(4);
    long groups = draft.oneIn(3) ? draft.between(1, 3) : 1;
    long in = groups * (wide ? draft.between(16, 20) : draft.between(1, 5));
    long out = groups * (wide ? draft.between(16, 20) : draft.between(1, 5));
    Dim batch =
        draft.oneIn(3) && !draft.sizes.isEmpty() ? draft.extent() : Dim.of(draft.between(1, 3));
    long room = Draft.MOST_ELEMENTS / Math.max(in, out) / Math.max(1, draft.size(batch));
    var sizes = new ArrayList<Dim>();
    for (int axis = 0; axis < spatial; axis++) {
      Dim size = draft.extent();
      if (wide) {
        size = Dim.of(draft.between(4, 9));
      } else if (draft.size(size) > room) {
        size = Dim.of(1);
      }
      room /= Math.max(1, draft.size(size));
      sizes.add(size);
    }
    WindowGeometry window = reductions.window(sizes);
    if (wide && draft.oneIn(2)) {
      var three = Collections.nCopies(spatial, 3L);
      var one = Collections.nCopies(spatial, 1L);
      window = WindowGeometry.of(three, one, one);
    }
    var geometry = new ConvGeometry(in, out, groups, sizes, window);
    TensorType x = geometry.input(batch);
    TensorType w = geometry.filter();
    TensorType y = geometry.output(batch);
    Role role = draft.oneOf(List.of(Role.FORWARD, Role.FORWARD, Role.DATA, Role.FILTER));
    TensorType first = role == Role.DATA ? y : x;
    TensorType second = role == Role.FILTER ? y : w;
    return draft.add(
        new Contract.Conv(role, geometry),
        views.shaped(DType.F32, first.shape()),
        views.shaped(DType.F32, second.shape()));
  }
}
