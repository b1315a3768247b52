package dev.merapi.kernels.conv;

import static dev.merapi.kernels.TwinCheck.drawn;

import dev.merapi.kernels.TwinCheck;
import dev.merapi.kernels.TwinCheck.Numbers;
import dev.merapi.kernels.jit.Memory;
import java.lang.foreign.ValueLayout;
import java.util.Arrays;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// The routine for one plain sum against the plan's own.
class PlainSumRoutineTest {
  private static final int HEIGHT = 5;
  private static final int WIDTH = 6;
  private static final int GROUPS = 2;
  private static final int OUTPUTS = 3;

  private final TwinCheck check = TwinCheck.of(PlainSumRoutine.of());

  @AfterEach
  void close() {
    check.close();
  }

  private static Correlation problem(int inputs, int taps) {
    Axis rows = new Axis(HEIGHT, HEIGHT + 2 - taps + 1, taps, 1, 1, 1, 1);
    Axis columns = new Axis(WIDTH, WIDTH + 4 - taps + 1, taps, 1, 1, 1, 2);
    return new Correlation(1, GROUPS, inputs, OUTPUTS, rows, columns);
  }

  /// Sums of fewer steps than a block has, of whole blocks, and of some more; a scale makes them
  /// overflow, or lose digits.
  @ParameterizedTest
  @CsvSource({
    "1, 3, 1",
    "7, 3, 1",
    "16, 3, 1e38",
    "16, 3, 1e-38",
    "71, 3, 1",
    "72, 3, 1",
    "160, 2, 1",
    "160, 2, 1e-38",
    "143, 3, 1e38"
  })
  void isTheSumOfThePlan(int inputs, int taps, float scale) {
    for (Numbers kind : Numbers.values()) {
      float[] pixels = drawn(inputs * HEIGHT * WIDTH, 1, kind);
      for (int i = 0; i < pixels.length; i++) {
        pixels[i] *= scale;
      }
      float[] weights = drawn(GROUPS * inputs * OUTPUTS * taps * taps, 2, Numbers.FINITE);
      check(problem(inputs, taps), pixels, weights);
    }
  }

  /// All products vanish below zero.
  @ParameterizedTest
  @CsvSource({"1, 3", "160, 2", "161, 2"})
  void keepsANegativeZero(int inputs, int taps) {
    float[] pixels = new float[inputs * HEIGHT * WIDTH];
    Arrays.fill(pixels, 1e-38f);
    float[] weights = new float[GROUPS * inputs * OUTPUTS * taps * taps];
    Arrays.fill(weights, -1e-8f);
    check(problem(inputs, taps), pixels, weights);
  }

  private void check(Correlation problem, float[] pixels, float[] weights) {
    for (KernelOrder order : KernelOrder.values()) {
      int lastRow = problem.rows().output() - 1;
      int lastColumn = problem.columns().output() - 1;
      for (int row : new int[] {0, lastRow}) {
        for (int column : new int[] {0, lastColumn / 2, lastColumn}) {
          check(problem, order, pixels, weights, row, column);
        }
      }
    }
  }

  private void check(
      Correlation problem,
      KernelOrder order,
      float[] pixels,
      float[] weights,
      int row,
      int column) {
    PlainSum plain = new PlainSum(problem, order);
    int group = GROUPS - 1;
    int channel = OUTPUTS - 1;
    long kernel = order.first(problem, group, channel) * Float.BYTES;
    check.sameBits(
        (sum, x, w, i, j, _) -> {
          float wanted = plain.of(x, w - kernel, group, channel, (int) i, (int) j);
          Memory.ALL.set(ValueLayout.JAVA_FLOAT, sum, wanted);
        },
        call -> {
          long block = call.bytes(PlainSumRoutine.BYTES);
          PlainSumRoutine.write(problem, order, block);
          return new long[] {
            call.result(7), call.input(pixels), call.input(weights) + kernel, row, column, block
          };
        });
  }
}
