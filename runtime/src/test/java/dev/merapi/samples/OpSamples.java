package dev.merapi.samples;

import static dev.merapi.graph.Monoid.MAX;
import static dev.merapi.graph.Monoid.MIN;
import static dev.merapi.graph.Monoid.SUM;
import static dev.merapi.samples.Feed.bool;
import static dev.merapi.samples.Feed.f32;
import static dev.merapi.samples.Feed.i32;

import dev.merapi.graph.Contract.Conv;
import dev.merapi.graph.Contract.Dot;
import dev.merapi.graph.Contract.Role;
import dev.merapi.graph.ConvGeometry;
import dev.merapi.graph.DType;
import dev.merapi.graph.Dim;
import dev.merapi.graph.Index.Gather;
import dev.merapi.graph.Index.Scatter;
import dev.merapi.graph.Literal;
import dev.merapi.graph.MapOp;
import dev.merapi.graph.Monoid;
import dev.merapi.graph.Op;
import dev.merapi.graph.Reduce.ArgFold;
import dev.merapi.graph.Reduce.Fold;
import dev.merapi.graph.Reduce.Window;
import dev.merapi.graph.Reduce.WindowGrad;
import dev.merapi.graph.ScalarFn;
import dev.merapi.graph.ScalarPrimitive;
import dev.merapi.graph.Shape;
import dev.merapi.graph.Source.Constant;
import dev.merapi.graph.Source.Input;
import dev.merapi.graph.Source.Iota;
import dev.merapi.graph.Source.Parameter;
import dev.merapi.graph.Source.RandomBits;
import dev.merapi.graph.TensorType;
import dev.merapi.graph.View.Broadcast;
import dev.merapi.graph.View.Concat;
import dev.merapi.graph.View.Flip;
import dev.merapi.graph.View.Pad;
import dev.merapi.graph.View.Permute;
import dev.merapi.graph.View.Reshape;
import dev.merapi.graph.View.Slice;
import dev.merapi.graph.WindowGeometry;
import dev.merapi.samples.Sample.Trait;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;

/// Samples of every operation: what tests of gradients, compilers, backends and file forms
/// enumerate. A new operation needs a line here.
public final class OpSamples {
  private static final double NAN = Double.NaN;
  private static final double INF = Double.POSITIVE_INFINITY;

  private OpSamples() {}

  /// All samples.
  public static List<Sample> all() {
    return Stream.of(
            sources(), maps(), views(), folds(), windows(), dots(), convs(), indices(), custom())
        .flatMap(List::stream)
        .toList();
  }

  static List<Sample> sources() {
    return List.of(
        source(new Constant(Literal.of(Shape.of(3), 1.5f, -0.0f, 3e38f))),
        source(new Constant(Literal.splat(DType.I32, Shape.of(2, 3), -7))),
        source(new Constant(Literal.splat(DType.BOOL, Shape.SCALAR, 1))),
        random(TensorType.i32(3, 5), -7, 1 << 30, 5),
        random(TensorType.i32(), 0, 0, 0),
        random(TensorType.i32(0, 2), 1, 2, 3),
        random(TensorType.i32(131), Integer.MIN_VALUE, Integer.MAX_VALUE, -1),
        source(new Iota(TensorType.i32(3, 5), 0)),
        source(new Iota(TensorType.i32(3, 5, 2), 1)),
        source(new Iota(TensorType.f32(7), 0)),
        source(new Iota(TensorType.f32(0), 0)),
        bound(new Input("a", TensorType.f32(2, 3)), 1, -2, 3, -4, 5, -6),
        bound(new Input("a", TensorType.bool(2)), 0, 1),
        bound(new Parameter("a", TensorType.i32()), 5),
        bound(new Parameter("a", TensorType.f32(2), Parameter.Role.BUFFER), 1, -1));
  }

  static List<Sample> maps() {
    ScalarFn a = ScalarFn.arg(0);
    ScalarFn b = ScalarFn.arg(1);
    ScalarFn m = ScalarFn.arg(0, DType.I32);
    ScalarFn n = ScalarFn.arg(1, DType.I32);
    ScalarFn softplus =
        ScalarFn.apply(ScalarPrimitive.LOG1P, ScalarFn.apply(ScalarPrimitive.EXP, a));
    ScalarFn chosen = ScalarFn.arg(0, DType.BOOL).select(ScalarFn.arg(1), ScalarFn.arg(2));
    ScalarFn shared = a.times(b).plus(a);
    return List.of(
        smooth(map(softplus), f32(3, 5)),
        smooth(map(shared.times(shared).minus(b.over(ScalarFn.f32(3)))), f32(17), f32(17)),
        smooth(map(a.times(b)), f32(), f32()),
        smooth(map(a.times(b)), f32(0), f32(0)),
        smooth(map(ScalarFn.apply(ScalarPrimitive.SQRT, a)), f32(7).between(0.5, 4)),
        smooth(map(ScalarFn.apply(ScalarPrimitive.POW, a, b)), f32(7).between(0.5, 2), f32(7)),
        smooth(map(a.lessThan(b).select(a.times(a), b.negate())), f32(31), f32(31)),
        affine(map(ScalarFn.fma(a, b, ScalarFn.arg(2))), f32(5), f32(5), f32(5)),
        affine(map(chosen), bool(2, 3), f32(2, 3), f32(2, 3)),
        affine(map(ScalarFn.apply(ScalarPrimitive.TO_F32, m).times(b)), i32(100, 9), f32(9)),
        smooth(map(m.times(n).plus(ScalarFn.i32(3))), i32(100_000, 8), i32(100_000, 8)),
        smooth(map(ScalarFn.apply(ScalarPrimitive.TO_I32, a.times(ScalarFn.f32(3)))), f32(13)),
        kink(map(ScalarFn.apply(ScalarPrimitive.MAX, a, b)), f32(4).of(1, NAN, -INF, 0), f32(4)),
        kink(map(a.equalTo(b).select(a, b)), f32(3).of(1, NAN, INF), f32(3).of(1, NAN, INF)));
  }

  static List<Sample> views() {
    Literal zero = Literal.splat(DType.F32, Shape.SCALAR, 0);
    Literal half = Literal.splat(DType.F32, Shape.SCALAR, 0.5);
    Literal nine = Literal.splat(DType.I32, Shape.SCALAR, 9);
    return List.of(
        affine(new Reshape(Shape.of(6, 5)), f32(2, 3, 5)),
        affine(new Reshape(Shape.of(1, 1)), f32()),
        affine(new Reshape(Shape.of(3, 0)), f32(0)),
        affine(new Permute(List.of(1, 0)), f32(3, 5)),
        affine(new Permute(List.of(2, 0, 3, 1)), f32(2, 3, 5, 7)),
        affine(new Permute(List.of()), f32()),
        affine(new Broadcast(Shape.of(4, 3), List.of(1)), f32(3)),
        affine(new Broadcast(Shape.of(2, 3, 5), List.of(0, 2)), f32(2, 1)),
        affine(new Broadcast(Shape.of(2, 1, 3), List.of(0, 1, 2)), f32(1, 1, 3)),
        affine(new Broadcast(Shape.of(2, 3), List.of()), f32()),
        affine(new Broadcast(Shape.of(0, 3), List.of(1)), f32(3)),
        affine(slice(List.of(1L, 2L), Shape.of(3, 2), List.of(1L, 3L)), f32(5, 7)),
        affine(slice(List.of(4L), Shape.of(0), List.of(2L)), f32(5)),
        affine(slice(List.of(0L), Shape.of(5), List.of(1L)), f32(5)),
        affine(slice(List.of(2L), Shape.of(3), List.of(2L)), i32(50, 7)),
        affine(pad(List.of(1, 0), List.of(2, 1), List.of(0L, 2L), zero), f32(2, 3)),
        affine(pad(List.of(2), List.of(0), List.of(1L), half), f32(4)),
        affine(pad(List.of(2), List.of(1), List.of(1L), half), f32(0)),
        affine(pad(List.of(1), List.of(1), List.of(0L), nine), i32(5, 3)),
        affine(new Flip(List.of(0, 2)), f32(2, 3, 5)),
        affine(new Flip(List.of(1)), f32(3, 7)),
        affine(new Concat(0), f32(2, 3), f32(1, 3), f32(0, 3)),
        affine(new Concat(1), f32(2, 3, 2), f32(2, 1, 2)),
        affine(new Concat(0), bool(3), bool(4)));
  }

  static List<Sample> folds() {
    return List.of(
        affine(new Fold(SUM, List.of(1)), f32(3, 5)),
        affine(new Fold(SUM, List.of(0, 2)), f32(2, 3, 5)),
        affine(new Fold(SUM, List.of(0)), f32(33)),
        affine(new Fold(SUM, List.of(0)), f32(0, 3)),
        affine(new Fold(SUM, List.of()), f32(3)),
        affine(new Fold(SUM, List.of(0)), i32(Integer.MAX_VALUE, 3, 2)),
        smooth(new Fold(MAX, List.of(1)), f32(3, 17)),
        smooth(new Fold(MIN, List.of(0, 1)), f32(3, 5)),
        smooth(new Fold(MAX, List.of(0)), i32(10, 7)),
        smooth(new Fold(MIN, List.of(0)), i32(10, 0)),
        kink(new Fold(MAX, List.of(0)), f32(0, 2)),
        kink(new Fold(MAX, List.of(1)), f32(2, 4).of(1, 3, 3, 2, 1, NAN, 3, INF)),
        smooth(new ArgFold(MAX, 1), f32(3, 5)),
        smooth(new ArgFold(MIN, 0), f32(7, 3)),
        smooth(new ArgFold(MAX, 0), i32(3, 11)),
        kink(new ArgFold(MAX, 1), f32(3, 4).of(1, 3, 3, 2, 1, NAN, INF, NAN, -INF, -INF, 0, 0)),
        kink(new ArgFold(MIN, 0), f32(4).of(-INF, NAN, -INF, 0)));
  }

  /// A window, and what it slides over.
  private record Pooling(WindowGeometry geometry, Feed x) {}

  /// Over one, two and three axes: plain, overlapping, with gaps, padded unevenly, dilated.
  private static final List<Pooling> POOLINGS =
      List.of(
          new Pooling(window(List.of(2L, 2L), List.of(2L, 2L), List.of(0L, 0L)), f32(2, 3, 4, 6)),
          new Pooling(window(List.of(3L, 2L), List.of(1L, 3L), List.of(0L, 0L)), f32(1, 2, 5, 8)),
          new Pooling(window(List.of(3L, 3L), List.of(2L, 2L), List.of(1L, 1L)), f32(1, 2, 5, 7)),
          new Pooling(
              uneven(List.of(3L), List.of(2L), List.of(2L), List.of(0L), List.of(2L)),
              f32(2, 1, 9)),
          new Pooling(
              uneven(
                  List.of(1L, 2L, 2L),
                  List.of(2L, 1L, 2L),
                  List.of(0L, 1L, 0L),
                  List.of(0L, 0L, 1L),
                  List.of(1L, 1L, 1L)),
              f32(1, 2, 3, 2, 3)),
          new Pooling(window(List.of(1L), List.of(1L), List.of(0L)), f32(0, 2, 3)));

  static List<Sample> windows() {
    var samples = new ArrayList<Sample>();
    for (Pooling pooling : POOLINGS) {
      WindowGeometry geometry = pooling.geometry;
      Feed x = pooling.x;
      TensorType pooled = new Window(SUM, geometry).infer(List.of(x.type())).getFirst();
      Feed dy = new Feed(pooled, -2, 2);
      samples.add(affine(new Window(SUM, geometry), x));
      samples.add(affine(new WindowGrad(SUM, geometry), x, dy));
      for (Monoid extreme : List.of(MAX, MIN)) {
        samples.add(
            Sample.of(new Window(extreme, geometry), Set.of(Trait.NO_SECOND_GRADIENT), List.of(x)));
        samples.add(
            Sample.of(
                new WindowGrad(extreme, geometry), Set.of(Trait.NO_GRADIENT), List.of(x, dy)));
      }
    }
    var three = window(List.of(3L), List.of(1L), List.of(1L));
    Feed ties = f32(1, 1, 8).of(1, 1, NAN, 3, 3, -INF, -INF, -INF);
    samples.add(kink(new Window(MAX, three), ties));
    samples.add(kink(new WindowGrad(MAX, three), ties, f32(1, 1, 8)));
    return samples;
  }

  static List<Sample> dots() {
    return List.of(
        affine(Dot.matrix(), f32(3, 5), f32(5, 7)),
        affine(Dot.matrix(), f32(1, 17), f32(17, 1)),
        affine(Dot.matrix(), f32(3, 0), f32(0, 2)),
        affine(Dot.matrix(), f32(0, 3), f32(3, 2)),
        affine(new Dot(List.of(), List.of(), List.of(0), List.of(1)), f32(5, 3), f32(7, 5)),
        affine(new Dot(List.of(0), List.of(0), List.of(2), List.of(1)), f32(2, 3, 5), f32(2, 5, 4)),
        affine(new Dot(List.of(1), List.of(2), List.of(0), List.of(0)), f32(5, 2, 3), f32(5, 4, 2)),
        affine(
            new Dot(List.of(), List.of(), List.of(2, 0), List.of(0, 2)),
            f32(3, 2, 5),
            f32(5, 4, 3)),
        affine(new Dot(List.of(), List.of(), List.of(), List.of()), f32(3), f32(2)),
        affine(new Dot(List.of(), List.of(), List.of(0), List.of(0)), f32(11), f32(11)));
  }

  /// A convolution, and the size of its batch.
  private record Convolution(int batch, ConvGeometry geometry) {}

  private static final List<Convolution> CONVOLUTIONS =
      List.of(
          new Convolution(2, conv(1, 2, 1, List.of(5, 6), plain(3L, 3L))),
          new Convolution(0, conv(2, 2, 1, List.of(3, 3), plain(1L, 1L))),
          new Convolution(1, conv(1, 2, 1, List.of(3, 4, 3), plain(2L, 2L, 2L))),
          new Convolution(
              1,
              conv(
                  3,
                  4,
                  1,
                  List.of(4, 4),
                  window(List.of(3L, 3L), List.of(1L, 1L), List.of(1L, 1L)))),
          new Convolution(
              2,
              conv(
                  4,
                  6,
                  2,
                  List.of(5, 7),
                  window(List.of(3L, 2L), List.of(2L, 3L), List.of(1L, 0L)))),
          new Convolution(
              1,
              conv(
                  3,
                  3,
                  3,
                  List.of(6, 5),
                  uneven(
                      List.of(3L, 3L),
                      List.of(1L, 2L),
                      List.of(2L, 0L),
                      List.of(1L, 2L),
                      List.of(2L, 1L)))),
          new Convolution(
              2,
              conv(
                  2,
                  3,
                  1,
                  List.of(9),
                  uneven(List.of(3L), List.of(2L), List.of(0L), List.of(3L), List.of(2L)))),
          // nothing but padding
          new Convolution(
              2,
              conv(
                  2,
                  3,
                  1,
                  List.of(0),
                  uneven(List.of(3L), List.of(2L), List.of(9L), List.of(3L), List.of(2L)))),
          new Convolution(
              1,
              conv(
                  1,
                  2,
                  1,
                  List.of(4, 0),
                  window(List.of(3L, 3L), List.of(1L, 1L), List.of(1L, 2L)))),
          new Convolution(
              1,
              conv(
                  4,
                  2,
                  2,
                  List.of(0, 5),
                  window(List.of(2L, 3L), List.of(1L, 2L), List.of(2L, 1L)))));

  static List<Sample> convs() {
    var samples = new ArrayList<Sample>();
    for (Convolution convolution : CONVOLUTIONS) {
      ConvGeometry geometry = convolution.geometry;
      Dim batch = Dim.of(convolution.batch);
      Feed x = new Feed(geometry.input(batch), -2, 2);
      Feed w = new Feed(geometry.filter(), -2, 2);
      Feed y = new Feed(geometry.output(batch), -2, 2);
      samples.add(affine(new Conv(Role.FORWARD, geometry), x, w));
      samples.add(affine(new Conv(Role.DATA, geometry), y, w));
      samples.add(affine(new Conv(Role.FILTER, geometry), x, y));
    }
    return samples;
  }

  static List<Sample> indices() {
    return List.of(
        affine(new Gather(0, 0), f32(5, 3), i32(5, 4)),
        affine(new Gather(1, 0), f32(2, 5, 3), i32(5, 2, 2)),
        affine(new Gather(1, 1), f32(3, 4), i32(4, 3)),
        affine(new Gather(2, 1), f32(2, 3, 5, 2), i32(5, 2, 4)),
        affine(new Gather(0, 0), f32(5), i32(5)),
        affine(new Gather(0, 0), f32(5), i32(5, 0)),
        affine(new Gather(0, 0), i32(99, 5), i32(5, 7)),
        affine(new Scatter(0, 0), f32(5, 3), i32(5, 7), f32(7, 3)),
        affine(new Scatter(2, 1), f32(2, 3, 5), i32(5, 2, 4), f32(2, 3, 4)),
        affine(new Scatter(0, 0), f32(3), i32(3, 0), f32(0)),
        affine(new Scatter(0, 0), i32(99, 5), i32(5, 7), i32(99, 7)));
  }

  static List<Sample> custom() {
    return List.of(affine(new SampleOps.ProductAndSum(), f32(3, 2), f32(3, 2)));
  }

  private static Sample source(Op op) {
    return Sample.of(op, Set.of(), List.of());
  }

  private static Sample random(TensorType type, int keyLow, int keyHigh, int counter) {
    return smooth(new RandomBits(type), i32(1, 2).of(keyLow, keyHigh), i32(1).of(counter));
  }

  private static Sample bound(Op op, double... elements) {
    Sample unbound = source(op);
    return new Sample(unbound.name(), op, unbound.graph(), Map.of("a", elements), unbound.traits());
  }

  private static Sample affine(Op op, Feed... feeds) {
    return Sample.of(op, Set.of(Trait.AFFINE), List.of(feeds));
  }

  private static Sample smooth(Op op, Feed... feeds) {
    return Sample.of(op, Set.of(), List.of(feeds));
  }

  private static Sample kink(Op op, Feed... feeds) {
    return Sample.of(op, Set.of(Trait.KINK), List.of(feeds));
  }

  private static MapOp map(ScalarFn fn) {
    return new MapOp(fn);
  }

  private static Slice slice(List<Long> starts, Shape sizes, List<Long> steps) {
    return new Slice(starts, sizes, steps);
  }

  private static Pad pad(List<Integer> low, List<Integer> high, List<Long> between, Literal value) {
    return new Pad(dims(low), dims(high), between, value);
  }

  private static List<Dim> dims(List<Integer> sizes) {
    return sizes.stream().map(Dim::of).toList();
  }

  private static WindowGeometry plain(Long... kernel) {
    int rank = kernel.length;
    return window(List.of(kernel), Collections.nCopies(rank, 1L), Collections.nCopies(rank, 0L));
  }

  private static WindowGeometry window(List<Long> kernel, List<Long> strides, List<Long> padding) {
    return WindowGeometry.of(kernel, strides, padding);
  }

  private static WindowGeometry uneven(
      List<Long> kernel,
      List<Long> strides,
      List<Long> low,
      List<Long> high,
      List<Long> dilations) {
    return new WindowGeometry(kernel, strides, low, high, dilations);
  }

  private static ConvGeometry conv(
      long inChannels, long outChannels, long groups, List<Integer> sizes, WindowGeometry window) {
    return new ConvGeometry(inChannels, outChannels, groups, dims(sizes), window);
  }
}
