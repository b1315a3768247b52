package dev.merapi.kernels.conv;

import static dev.merapi.kernels.TwinCheck.drawn;
import static dev.merapi.kernels.conv.PlainFinish.bias;
import static dev.merapi.kernels.conv.PlainFinish.everything;
import static dev.merapi.kernels.conv.PlainFinish.none;

import dev.merapi.kernels.TwinCheck;
import dev.merapi.kernels.TwinCheck.Call;
import dev.merapi.kernels.TwinCheck.Numbers;
import dev.merapi.kernels.product.TileEpilogue;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// The routines that take sums to their places, against plain loops.
class FinishRoutinesTest {
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
    for (PlainFinish plain : List.of(none(), bias(), everything())) {
      int line = columns + 3;
      int channel = lines * line + 2;
      int block = channels * channel + 1;
      int plane = columns * lines + 1;
      try (TwinCheck check = TwinCheck.of(LineFinishRoutine.of(lanes, plain.epilogue()))) {
        check.sameBits(
            plain.lines(),
            call ->
                new long[] {
                  call.input(drawn(blocks * block, 1, Numbers.SPECIAL)),
                  call.result(drawn(channels * plane, 2, Numbers.FINITE)),
                  LineFinish.extent(columns, lines, channels),
                  PlaneCopy.pair(4L * line, 4L * channel),
                  4L * plane,
                  block(
                      call, plain.epilogue(), blocks | 4L * block << Integer.SIZE, channels, plane)
                });
      }
    }
  }

  /// A [LineFinish]'s argument block.
  private static long block(Call call, TileEpilogue epilogue, long first, int channels, int plane) {
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
    for (PlainFinish plain : List.of(none(), bias())) {
      int line = 2 * columns + 3;
      int channel = 2 * lines * line + 2;
      int plane = columns * lines + 1;
      try (TwinCheck check = TwinCheck.of(PoolFinishRoutine.of(lanes, plain.epilogue()))) {
        check.sameBits(
            plain.pooled(),
            call ->
                new long[] {
                  call.input(drawn(channels * channel, 1, Numbers.SPECIAL)),
                  call.result(drawn(channels * plane, 2, Numbers.FINITE)),
                  LineFinish.extent(columns, lines, channels),
                  PlaneCopy.pair(4L * line, 4L * channel),
                  4L * plane,
                  block(call, plain.epilogue(), 0, channels, plane)
                });
      }
    }
  }
}
