package dev.merapi.kernels.loop;

import static dev.merapi.graph.ScalarPrimitive.*;
import static dev.merapi.kernels.loop.NestMaker.buffer;
import static dev.merapi.kernels.loop.NestMaker.loops;

import dev.merapi.graph.DType;
import dev.merapi.graph.Monoid;
import dev.merapi.spi.Buffer;
import dev.merapi.spi.LoopNest;
import java.util.function.IntFunction;

/// One nest of each kind, of any size.
enum SampleNests {
  MAP(SampleNests::map),
  MAP_WITH_BROADCASTS(SampleNests::broadcasts),
  MAP_IN_PLACE(SampleNests::momentum),
  MAP_OF_INTS_AND_BOOLS(SampleNests::intsAndBools),
  ROW_SOFTMAX(SampleNests::softmax),
  ROW_MEAN_SQUARE(SampleNests::rowMeanSquare),
  ROW_EXTREMES(SampleNests::rowExtremes),
  COLUMN_SUM(SampleNests::columnSum),
  COLUMN_ARG_MAX(SampleNests::columnArgMax),
  FULL_SUM(SampleNests::fullSum),
  CHANNEL_SUM(SampleNests::channelSum),
  TRANSPOSED_COPY(SampleNests::transposed),
  TRANSPOSED_SQUARES(SampleNests::transposedSquares),
  REVERSED_COPY(SampleNests::reversed),
  TRANSPOSED_MAP(SampleNests::transposedMap),
  STRIDED_FOLDS(SampleNests::stridedFolds),
  ROW_ARG_MIN(SampleNests::rowArgMin),
  INDEX(SampleNests::index),
  SLOW_LOOPS(SampleNests::slowLoops),
  INT_MAX_OF_ROWS(SampleNests::intMax),
  LONG_BODY(SampleNests::longBody),
  ROW_LONG_BODY(SampleNests::rowLongBody);

  private final IntFunction<LoopNest> make;

  SampleNests(IntFunction<LoopNest> make) {
    this.make = make;
  }

  LoopNest of(int size) {
    return make.apply(size);
  }

  private static Buffer floats(int id, long elements) {
    return buffer(id, DType.F32, elements);
  }

  private static LoopNest map(int n) {
    var nest = loops(1, n);
    int x = nest.load(floats(0, n), 0, 1);
    return nest.store(floats(1, n), nest.apply(ADD, x, nest.f32(1)), 0, 1).nest("map");
  }

  /// `x[i,j] * scale[i] + shift[j] - s`.
  private static LoopNest broadcasts(int n) {
    var nest = loops(2, 3, n);
    int x = nest.load(floats(0, 3L * n), 0, n, 1);
    int scale = nest.load(floats(1, 3), 0, 1, 0);
    int shift = nest.load(floats(2, n), 0, 0, 1);
    int s = nest.load(floats(3, 2), 1, 0, 0);
    int sum = nest.apply(SUB, nest.apply(FMA, x, scale, shift), s);
    return nest.store(floats(4, 3L * n), sum, 0, n, 1).nest("broadcasts");
  }

  private static LoopNest momentum(int n) {
    var nest = loops(1, n);
    int p = nest.load(floats(0, n), 0, 1);
    int m = nest.load(floats(1, n), 0, 1);
    int g = nest.load(floats(2, n), 0, 1);
    int rate = nest.load(floats(3, 1), 0, 0);
    int next = nest.apply(FMA, m, nest.f32(0.9), g);
    int step = nest.apply(SUB, p, nest.apply(MUL, rate, next));
    nest.store(floats(1, n), next, 0, 1);
    return nest.store(floats(0, n), step, 0, 1).nest("momentum");
  }

  private static LoopNest intsAndBools(int n) {
    var nest = loops(1, n);
    int a = nest.load(buffer(0, DType.I32, n), 0, 1);
    int b = nest.load(buffer(1, DType.BOOL, n), 0, 1);
    int x = nest.load(floats(2, n), 0, 1);
    int less = nest.apply(LT, a, nest.i32(3));
    int both = nest.apply(AND, less, b);
    int either = nest.apply(XOR, both, nest.apply(LT, x, nest.f32(0)));
    int chosen = nest.apply(SELECT, either, nest.apply(TO_F32, a), x);
    int shifted = nest.apply(SHL, a, nest.i32(2));
    int ints = nest.apply(SELECT, b, shifted, nest.apply(NEG, a));
    nest.store(buffer(3, DType.BOOL, n), either, 0, 1);
    nest.store(buffer(4, DType.I32, n), ints, 0, 1);
    return nest.store(floats(5, n), chosen, 0, 1).nest("ints and bools");
  }

  private static LoopNest softmax(int n) {
    int rows = 5;
    Buffer x = floats(0, (long) rows * n);
    Buffer y = floats(1, (long) rows * n);
    var nest = loops(1, rows, n);
    int largest = nest.fold(Monoid.MAX, nest.load(x, 0, n, 1));
    nest.stage();
    int e = nest.apply(EXP, nest.apply(SUB, nest.load(x, 0, n, 1), largest));
    nest.store(y, e, 0, n, 1);
    int sum = nest.fold(Monoid.SUM, e);
    nest.point();
    int inverse = nest.apply(DIV, nest.f32(1), sum);
    nest.store(floats(2, rows), nest.apply(LOG, sum), 0, 1, 0);
    nest.stage();
    return nest.store(y, nest.apply(MUL, nest.load(y, 0, n, 1), inverse), 0, n, 1).nest("softmax");
  }

  /// Two folds at once, over rows that are not next to each other.
  private static LoopNest rowMeanSquare(int n) {
    var nest = loops(2, 2, 3, n);
    int x = nest.load(floats(0, 2L * 3 * (n + 2)), 1, 3L * (n + 2), n + 2, 1);
    int sum = nest.fold(Monoid.SUM, x);
    int squares = nest.fold(Monoid.SUM, nest.apply(MUL, x, x));
    nest.point();
    nest.store(floats(1, 6), sum, 0, 3, 1, 0);
    return nest.store(floats(2, 6), squares, 0, 3, 1, 0).nest("row mean square");
  }

  private static LoopNest rowExtremes(int n) {
    var nest = loops(1, 3, n);
    int x = nest.load(floats(0, 3L * n), 0, n, 1);
    int largest = nest.fold(Monoid.MAX, x);
    int least = nest.fold(Monoid.MIN, x);
    nest.point();
    nest.store(floats(1, 3), largest, 0, 1, 0);
    return nest.store(floats(2, 3), least, 0, 1, 0).nest("row extremes");
  }

  private static LoopNest columnSum(int n) {
    var nest = loops(1, n, 7);
    Buffer x = floats(0, 7L * n);
    int sum = nest.fold(Monoid.SUM, nest.load(x, 0, 1, n));
    nest.point();
    int mean = nest.apply(DIV, sum, nest.f32(7));
    nest.stage();
    int centred = nest.apply(SUB, nest.load(x, 0, 1, n), mean);
    int square = nest.fold(Monoid.SUM, nest.apply(MUL, centred, centred));
    nest.point();
    nest.store(floats(1, n), mean, 0, 1, 0);
    return nest.store(floats(2, n), square, 0, 1, 0).nest("column sum");
  }

  private static LoopNest columnArgMax(int n) {
    var nest = loops(1, n, 7);
    int position = nest.argFold(Monoid.MAX, nest.load(floats(0, 7L * n), 0, 1, n));
    nest.point();
    return nest.store(buffer(1, DType.I32, n), position, 0, 1, 0).nest("column argmax");
  }

  private static LoopNest fullSum(int n) {
    var nest = loops(1, 1, n);
    int sum = nest.fold(Monoid.SUM, nest.load(floats(0, n), 0, 0, 1));
    nest.point();
    return nest.store(floats(1, 1), sum, 0, 0, 0).nest("full sum");
  }

  /// As the gradient of a convolution's bias: over the batch and all pixels.
  private static LoopNest channelSum(int n) {
    var nest = loops(1, 4, 3, n);
    int sum = nest.fold(Monoid.SUM, nest.load(floats(0, 3L * 4 * n), 0, n, 4L * n, 1));
    nest.point();
    return nest.store(floats(1, 4), sum, 0, 1, 0, 0).nest("channel sum");
  }

  private static LoopNest transposed(int n) {
    var nest = loops(2, 5, n);
    int x = nest.load(floats(0, 5L * n), 0, 1, 5);
    return nest.store(floats(1, 5L * n), x, 0, n, 1).nest("transposed");
  }

  /// As from channels last to channels first, beside what lies in the order of the result.
  private static LoopNest transposedSquares(int n) {
    int m = 19;
    long all = 2L * m * n;
    var nest = loops(3, 2, m, n);
    int x = nest.load(floats(0, all), 0, (long) m * n, 1, m);
    int y = nest.load(floats(1, all), 0, (long) m * n, n, 1);
    int b = nest.load(buffer(2, DType.BOOL, all), 0, (long) m * n, 1, m);
    int scale = nest.load(floats(3, m), 0, 0, 1, 0);
    int i = nest.apply(TO_F32, nest.index(1, 100, 10, 2));
    int sum = nest.apply(FMA, x, scale, nest.apply(SELECT, b, y, i));
    nest.store(buffer(4, DType.BOOL, all), b, 0, (long) m * n, n, 1);
    return nest.store(floats(5, all), sum, 0, (long) m * n, n, 1).nest("transposed squares");
  }

  private static LoopNest reversed(int n) {
    var nest = loops(2, 3, n);
    int x = nest.load(floats(0, 3L * n), 3L * n - 1, -n, -1);
    return nest.store(floats(1, 3L * n), x, 0, n, 1).nest("reversed");
  }

  /// With much to compute for each strided access.
  private static LoopNest transposedMap(int n) {
    var nest = loops(2, 3, n);
    int x = nest.load(floats(0, 3L * n), 0, 1, 3);
    int y = nest.apply(MUL, nest.apply(TANH, x), nest.load(floats(1, 3), 0, 1, 0));
    return nest.store(floats(2, 3L * n), y, 0, n, 1).nest("transposed map");
  }

  /// Two folds over strided elements; the results and the numbers go to every second place.
  private static LoopNest stridedFolds(int n) {
    var nest = loops(1, n, 5);
    int x = nest.load(floats(0, 10L * n), 1, 10, 2);
    int number = nest.apply(TO_F32, nest.index(3, 2, -1));
    int position = nest.argFold(Monoid.MIN, nest.apply(SIN, x));
    int sum = nest.fold(Monoid.SUM, nest.apply(MUL, nest.apply(EXP, x), number));
    nest.point();
    nest.store(buffer(1, DType.I32, 2L * n), position, 0, 2, 0);
    return nest.store(floats(2, 2L * n), sum, 1, 2, 0).nest("strided folds");
  }

  private static LoopNest rowArgMin(int n) {
    var nest = loops(1, 3, n);
    int x = nest.load(floats(0, 3L * n), 0, n, 1);
    int position = nest.argFold(Monoid.MIN, x);
    int least = nest.fold(Monoid.MIN, x);
    nest.point();
    nest.store(floats(2, 3), least, 0, 1, 0);
    return nest.store(buffer(1, DType.I32, 3), position, 0, 1, 0).nest("row argmin");
  }

  private static LoopNest index(int n) {
    var nest = loops(2, 3, n);
    int i = nest.index(5, 7, 2);
    int j = nest.index(0, 0, 1);
    nest.store(buffer(0, DType.I32, 3L * n), nest.apply(SUB, i, j), 0, n, 1);
    int above = nest.apply(TO_F32, nest.apply(LE, j, i));
    return nest.store(floats(1, 3L * n), above, 0, n, 1).nest("index");
  }

  /// Four outer loops in an order of which no two are one; a sum over each third element.
  private static LoopNest slowLoops(int n) {
    var nest = loops(4, 2, 3, 2, n, 5);
    int x = nest.load(floats(0, 180L * n), 2, 90L * n, 15, 45L * n, 45, 3);
    int i = nest.apply(TO_F32, nest.index(1, 3, 2, 1, 0, 1));
    int sum = nest.fold(Monoid.SUM, nest.apply(MUL, x, i));
    nest.point();
    return nest.store(floats(1, 12L * n), sum, 0, 6L * n, 2L * n, n, 1, 0).nest("slow loops");
  }

  private static LoopNest intMax(int n) {
    var nest = loops(1, 3, 2, n);
    int x = nest.load(buffer(0, DType.I32, 6L * n), 0, 2L * n, n, 1);
    int largest = nest.fold(Monoid.MAX, x);
    int sum = nest.fold(Monoid.SUM, x);
    nest.point();
    nest.store(buffer(2, DType.I32, 3), sum, 0, 1, 0, 0);
    return nest.store(buffer(1, DType.I32, 3), largest, 0, 1, 0, 0).nest("int max");
  }

  private static LoopNest longBody(int n) {
    var nest = loops(1, n);
    int x = nest.load(floats(0, n), 0, 1);
    int y = nest.apply(TANH, x);
    y = nest.apply(ADD, y, nest.apply(SIN, x));
    y = nest.apply(ADD, y, nest.apply(LOG1P, nest.apply(ABS, x)));
    return nest.store(floats(1, n), nest.apply(MAX, y, x), 0, 1).nest("long body");
  }

  private static LoopNest rowLongBody(int n) {
    var nest = loops(1, 2, n);
    int x = nest.load(floats(0, 2L * n), 0, n, 1);
    int y = nest.apply(ADD, nest.apply(TANH, x), nest.apply(ERF, x));
    int z = nest.apply(ADD, y, nest.apply(SIN, x));
    int sum = nest.fold(Monoid.SUM, z);
    nest.point();
    return nest.store(floats(1, 2), sum, 0, 1, 0).nest("row long body");
  }
}
