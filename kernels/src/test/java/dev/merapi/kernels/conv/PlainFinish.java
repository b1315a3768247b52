package dev.merapi.kernels.conv;

import static dev.merapi.kernels.jit.Memory.ALL;

import dev.merapi.graph.ScalarFn;
import dev.merapi.graph.ScalarPrimitive;
import dev.merapi.kernels.ir.MemoryType;
import dev.merapi.kernels.jit.Kernel;
import dev.merapi.kernels.product.TileEpilogue;
import dev.merapi.kernels.product.TileEpilogue.Operand;
import dev.merapi.kernels.product.TileEpilogue.Span;
import java.lang.foreign.ValueLayout;
import java.util.List;
import java.util.stream.Stream;

/// What takes sums to their places, as plain loops: an epilogue, and what it does.
record PlainFinish(TileEpilogue epilogue, Function function) {
  private static final ValueLayout.OfFloat FLOAT = ValueLayout.JAVA_FLOAT_UNALIGNED;
  private static final ValueLayout.OfLong LONG = ValueLayout.JAVA_LONG_UNALIGNED;

  interface Function {
    float of(float sum, float[] operands);
  }

  static PlainFinish none() {
    return new PlainFinish(TileEpilogue.NONE, (sum, _) -> sum);
  }

  /// `max(sum + channel, 0)`.
  static PlainFinish bias() {
    ScalarFn sum = ScalarFn.apply(ScalarPrimitive.ADD, List.of(ScalarFn.arg(0), ScalarFn.arg(1)));
    ScalarFn isLess = ScalarFn.apply(ScalarPrimitive.LT, List.of(sum, ScalarFn.f32(0)));
    return new PlainFinish(
        TileEpilogue.of(
            isLess.select(ScalarFn.f32(0), sum), List.of(new Operand(Span.ROWS, MemoryType.F32))),
        (x, operands) -> x + operands[0] < 0 ? 0 : x + operands[0]);
  }

  /// `sum * channel + position`, the negative ones a tenth, plus an element.
  static PlainFinish everything() {
    ScalarFn scaled =
        ScalarFn.apply(
            ScalarPrimitive.FMA, List.of(ScalarFn.arg(0), ScalarFn.arg(1), ScalarFn.arg(2)));
    ScalarFn isNegative = ScalarFn.apply(ScalarPrimitive.LT, List.of(scaled, ScalarFn.f32(0)));
    ScalarFn tenth = ScalarFn.apply(ScalarPrimitive.MUL, List.of(scaled, ScalarFn.f32(0.1f)));
    ScalarFn leaky = isNegative.select(tenth, scaled);
    return new PlainFinish(
        TileEpilogue.of(
            ScalarFn.apply(ScalarPrimitive.ADD, List.of(leaky, ScalarFn.arg(3))),
            Stream.of(Span.ROWS, Span.COLUMNS, Span.MATRIX)
                .map(span -> new Operand(span, MemoryType.F32))
                .toList()),
        (x, operands) -> {
          float number = Math.fma(x, operands[0], operands[1]);
          return (number < 0 ? number * 0.1f : number) + operands[2];
        });
  }

  /// A [LineFinish].
  Kernel lines() {
    return (sums, result, extent, sumStrides, resultStride, block) -> {
      int columns = (int) extent;
      forEach(
          extent,
          (channel, line, column) -> {
            long at = sums + channel * (sumStrides >> 32) + line * (int) sumStrides;
            int place = line * columns + column;
            float sum = blocks(at + 4L * column, block);
            float value = function.of(sum, operands(block, channel, place));
            ALL.set(FLOAT, result + channel * resultStride + 4L * place, value);
          });
    };
  }

  /// A [PoolFinish].
  Kernel pooled() {
    return (sums, result, extent, sumStrides, resultStride, block) -> {
      int columns = (int) extent;
      forEach(
          extent,
          (channel, line, column) -> {
            int place = line * columns + column;
            float[] operands = operands(block, channel, place);
            float greatest = 0;
            for (int i = 0; i < 4; i++) {
              long row =
                  sums + channel * (sumStrides >> 32) + (2 * line + i / 2) * (int) sumStrides;
              float sum = ALL.get(FLOAT, row + 4L * (2 * column + i % 2));
              float value = function.of(sum, operands);
              // The first one stays among equals, and the first NaN.
              if (i == 0 || !(value <= greatest) && !Float.isNaN(greatest)) {
                greatest = value;
              }
            }
            ALL.set(FLOAT, result + channel * resultStride + 4L * place, greatest);
          });
    };
  }

  private interface Visitor {
    void visit(long channel, int line, int column);
  }

  private static void forEach(long extent, Visitor visitor) {
    int columns = (int) extent;
    int lines = (int) (extent >> 32) & LineFinish.MOST_LINES;
    for (long channel = 0; channel < extent >>> 56; channel++) {
      for (int line = 0; line < lines; line++) {
        for (int column = 0; column < columns; column++) {
          visitor.visit(channel, line, column);
        }
      }
    }
  }

  private static float blocks(long at, long block) {
    int count = ALL.get(ValueLayout.JAVA_INT_UNALIGNED, block + LineFinish.COUNT);
    int stride = ALL.get(ValueLayout.JAVA_INT_UNALIGNED, block + LineFinish.STRIDE);
    float sum = ALL.get(FLOAT, at);
    for (int i = 1; i < count; i++) {
      sum += ALL.get(FLOAT, at + (long) i * stride);
    }
    return sum;
  }

  private float[] operands(long block, long channel, int place) {
    float[] values = new float[epilogue.operands().size()];
    for (int i = 0; i < values.length; i++) {
      long address = ALL.get(LONG, block + LineFinish.operand(i));
      long stride = ALL.get(LONG, block + LineFinish.operand(i) + Long.BYTES);
      long at =
          switch (epilogue.operands().get(i).span()) {
            case ROWS -> 4 * channel;
            case COLUMNS -> 4L * place;
            case MATRIX -> channel * stride + 4L * place;
          };
      values[i] = ALL.get(FLOAT, address + at);
    }
    return values;
  }
}
