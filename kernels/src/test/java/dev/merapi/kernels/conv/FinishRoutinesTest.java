package dev.merapi.kernels.conv;

import static dev.merapi.kernels.TwinCheck.drawn;

import dev.merapi.graph.ScalarFn;
import dev.merapi.graph.ScalarPrimitive;
import dev.merapi.kernels.TwinCheck;
import dev.merapi.kernels.TwinCheck.Call;
import dev.merapi.kernels.TwinCheck.Numbers;
import dev.merapi.kernels.emit.Element;
import dev.merapi.kernels.emit.Kernel;
import dev.merapi.kernels.emit.Lanes;
import dev.merapi.kernels.gemm.Epilogue.Operand;
import dev.merapi.kernels.gemm.Epilogue.Span;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// The routines that take sums to their places, against today's twins.
class FinishRoutinesTest {
  private static final Operand CHANNEL = new Operand(Span.ROWS, Element.F32);

  /// `sum * channel + position`, the negative ones a tenth, plus an element.
  private static FnOf everything() {
    ScalarFn scaled =
        ScalarFn.apply(
            ScalarPrimitive.FMA, List.of(ScalarFn.arg(0), ScalarFn.arg(1), ScalarFn.arg(2)));
    ScalarFn isNegative = ScalarFn.apply(ScalarPrimitive.LT, List.of(scaled, ScalarFn.f32(0)));
    ScalarFn tenth = ScalarFn.apply(ScalarPrimitive.MUL, List.of(scaled, ScalarFn.f32(0.1f)));
    ScalarFn leaky = isNegative.select(tenth, scaled);
    return new FnOf(
        ScalarFn.apply(ScalarPrimitive.ADD, List.of(leaky, ScalarFn.arg(3))),
        Stream.of(Span.ROWS, Span.COLUMNS, Span.MATRIX)
            .map(span -> new Operand(span, Element.F32))
            .toList());
  }

  /// `max(sum + channel, 0)`.
  private static FnOf bias() {
    ScalarFn sum = ScalarFn.apply(ScalarPrimitive.ADD, List.of(ScalarFn.arg(0), ScalarFn.arg(1)));
    ScalarFn isLess = ScalarFn.apply(ScalarPrimitive.LT, List.of(sum, ScalarFn.f32(0)));
    return new FnOf(isLess.select(ScalarFn.f32(0), sum), List.of(CHANNEL));
  }

  private static FnOf none() {
    return new FnOf(ScalarFn.arg(0), List.of());
  }

  @ParameterizedTest
  @CsvSource({
    "16, 37, 3, 2, 1",
    "16, 16, 2, 3, 3",
    "16, 1, 1, 1, 2",
    "8, 7, 4, 2, 2",
    "8, 24, 1, 5, 1",
    "4, 5, 3, 3, 4",
    "4, 5, 0, 3, 1",
    "4, 5, 3, 0, 1",
    "4, 0, 3, 3, 1"
  })
  void lines(int lanes, int columns, int lines, int channels, int blocks) {
    for (FnOf epilogue : List.of(none(), bias(), everything())) {
      int line = columns + 3;
      int channel = lines * line + 2;
      int block = channels * channel + 1;
      int plane = columns * lines + 1;
      LineFinish finish = new LineFinish(Lanes.L16, epilogue);
      Kernel twin = LineFinishCode.emit(finish, Lanes.SCALAR);
      try (TwinCheck check = TwinCheck.of(LineFinishRoutine.of(lanes, epilogue.written()))) {
        check.sameBits(
            twin,
            call ->
                new long[] {
                  call.input(drawn(blocks * block, 1, Numbers.SPECIAL)),
                  call.result(drawn(channels * plane, 2, Numbers.FINITE)),
                  LineFinish.extent(columns, lines, channels),
                  PlaneCopy.pair(4L * line, 4L * channel),
                  4L * plane,
                  block(call, epilogue, blocks | 4L * block << Integer.SIZE, channels, plane)
                });
      }
    }
  }

  /// A [LineFinish]'s argument block.
  private static long block(Call call, FnOf epilogue, long first, int channels, int plane) {
    long[] words = new long[1 + 2 * epilogue.operands().size()];
    words[0] = first;
    for (int i = 0; i < epilogue.operands().size(); i++) {
      int count =
          switch (epilogue.operands().get(i).span()) {
            case ROWS -> channels;
            case COLUMNS -> plane;
            case MATRIX -> channels * (plane + 2);
          };
      words[1 + 2 * i] = call.input(drawn(count, 3 + i, Numbers.SPECIAL));
      words[2 + 2 * i] = 4L * (plane + 2);
    }
    return call.block(words);
  }

  @ParameterizedTest
  @CsvSource({
    "16, 37, 3, 2",
    "16, 16, 2, 3",
    "16, 1, 1, 1",
    "8, 7, 4, 2",
    "8, 24, 1, 5",
    "4, 5, 3, 3",
    "4, 5, 0, 3",
    "4, 5, 3, 0",
    "4, 0, 3, 3"
  })
  void pooledLines(int lanes, int columns, int lines, int channels) {
    for (FnOf epilogue : List.of(none(), bias())) {
      int line = 2 * columns + 3;
      int channel = 2 * lines * line + 2;
      int plane = columns * lines + 1;
      PoolFinish finish = new PoolFinish(Lanes.L16, epilogue);
      Kernel twin = PoolFinishCode.emit(finish, Lanes.SCALAR);
      try (TwinCheck check = TwinCheck.of(PoolFinishRoutine.of(lanes, epilogue.written()))) {
        check.sameBits(
            twin,
            call ->
                new long[] {
                  call.input(drawn(channels * channel, 1, Numbers.SPECIAL)),
                  call.result(drawn(channels * plane, 2, Numbers.FINITE)),
                  LineFinish.extent(columns, lines, channels),
                  PlaneCopy.pair(4L * line, 4L * channel),
                  4L * plane,
                  block(call, epilogue, 0, channels, plane)
                });
      }
    }
  }
}
