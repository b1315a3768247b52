package dev.merapi.kernels.conv;

import static dev.merapi.kernels.TwinCheck.drawn;

import dev.merapi.kernels.TwinCheck;
import dev.merapi.kernels.TwinCheck.Numbers;
import dev.merapi.kernels.jit.Kernel;
import dev.merapi.kernels.jit.Memory;
import java.lang.foreign.ValueLayout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// The routine that replaces sums which are not finite, against the plan's plain sums.
class FiniteSumsRoutineTest {
  private static final ValueLayout.OfFloat FLOAT = ValueLayout.JAVA_FLOAT;

  /// Words before the sums that say whether there are sums to replace.
  private static final int CHECK = WinogradOutput.CHECK_BYTES / Float.BYTES;

  private static final int NOTHING = -1;

  @ParameterizedTest
  @CsvSource({"16, 20, 3, 2", "8, 8, 2, 1", "4, 7, 1, 3", "4, 0, 1, 1", "4, 5, 0, 1", "4, 5, 1, 0"})
  void replacesWhatIsNotFinite(int lanes, int columns, int lines, int channels) {
    int inputs = 3;
    int group = 1;
    int firstChannel = 1;
    int firstLine = 4;
    Axis axis = new Axis(20, 20, 3, 1, 1, 1, 1);
    Correlation problem = new Correlation(1, 2, inputs, 5, axis, axis);
    int sumLine = columns + 3;
    int sumChannel = lines * sumLine + 2;
    float[] sums = drawn(channels * sumChannel, 1, Numbers.SPECIAL);
    float[] pixels = drawn(inputs * 400, 2, Numbers.SPECIAL);
    float[] weights = drawn(2 * inputs * 5 * 9, 3, Numbers.FINITE);
    for (KernelOrder order : KernelOrder.values()) {
      PlainSum plain = new PlainSum(problem, order);
      long kernel = order.first(problem, group, firstChannel) * Float.BYTES;
      Kernel twin =
          (all, x, w, _, _, _) -> {
            for (int i = 0; i < channels * lines * columns; i++) {
              int channel = i / (lines * columns);
              int line = i / columns % lines;
              int column = i % columns;
              long at = all + 4L * (channel * sumChannel + line * sumLine + column);
              if (!Float.isFinite(Memory.ALL.get(FLOAT, at))) {
                int number = firstChannel + channel;
                Memory.ALL.set(
                    FLOAT, at, plain.of(x, w - kernel, group, number, firstLine + line, column));
              }
            }
          };
      try (TwinCheck check = TwinCheck.of(FiniteSumsRoutine.of(PlainSumRoutine.of(), lanes))) {
        for (int said = NOTHING; said < CHECK; said++) {
          float[] found = found(said, sums);
          check.sameBits(
              said == NOTHING ? (_, _, _, _, _, _) -> {} : twin,
              call -> {
                long block = call.bytes(FiniteSumsRoutine.BYTES);
                FiniteSumsRoutine.write(problem, order, 4L * sumLine, 4L * sumChannel, block);
                return new long[] {
                  call.result(found) + WinogradOutput.CHECK_BYTES,
                  call.input(pixels),
                  call.input(weights) + kernel,
                  LineFinish.extent(columns, lines, channels),
                  firstLine,
                  block
                };
              });
        }
      }
    }
  }

  /// The sums behind what is said of them.
  ///
  /// @param said which of the 4-byte words before the sums is not zero
  private static float[] found(int said, float... sums) {
    float[] all = new float[CHECK + sums.length];
    System.arraycopy(sums, 0, all, CHECK, sums.length);
    if (said != NOTHING) {
      all[said] = Float.MIN_VALUE;
    }
    return all;
  }
}
