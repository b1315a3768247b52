package dev.merapi.kernels.conv;

import static dev.merapi.kernels.TwinCheck.drawn;

import dev.merapi.kernels.TwinCheck;
import dev.merapi.kernels.TwinCheck.Numbers;
import dev.merapi.kernels.jit.Memory;
import java.lang.foreign.ValueLayout;
import java.util.Arrays;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// The routines of Winograd's method against plain loops.
class WinogradRoutinesTest {
  private static final int CHECKS = WinogradOutput.CHECK_BYTES / Float.BYTES;

  @ParameterizedTest
  @CsvSource({"16, 2, 3", "16, 1, 1", "8, 3, 2", "4, 2, 2", "4, 0, 3", "4, 1, 0"})
  void input(int lanes, int vectors, int channels) {
    int tiles = vectors * lanes;
    int line = tiles + 3;
    int plane = 2 * line + 1;
    int source = 4 * plane + 2;
    int last = Math.max(0, channels - 1);
    int target = tiles + 5;
    int element = channels * target + 16;
    try (TwinCheck check = TwinCheck.of(WinogradInputRoutine.of(lanes))) {
      check.sameBits(
          PlainWinograd::input,
          call ->
              new long[] {
                call.input(drawn(last * source + 3 * plane + line + tiles + 1, 1, Numbers.SPECIAL)),
                call.result(drawn(15 * element + last * target + tiles, 2, Numbers.FINITE)),
                PlaneCopy.pair(tiles, channels),
                PlaneCopy.pair(4L * plane, 4L * line),
                PlaneCopy.pair(4L * source, 4L * target),
                4L * element
              });
    }
  }

  @ParameterizedTest
  @CsvSource({"16, 2, 3, 2", "16, 1, 1, 1", "8, 3, 2, 3", "4, 2, 5, 2", "4, 1, 0, 2", "4, 1, 1, 0"})
  void output(int lanes, int vectors, int lines, int channels) {
    for (Numbers kind : Numbers.values()) {
      int width = vectors * lanes;
      int line = width + 2;
      int channel = Math.max(1, lines) * line + 3;
      int element = Math.max(1, channels) * channel + 16;
      int sumLine = 2 * width + 1;
      int sumChannel = 2 * lines * sumLine + 4;
      float[] products = drawn(16 * element, 3, kind);
      float[] before = drawn(CHECKS + channels * sumChannel, 4, Numbers.FINITE);
      try (TwinCheck check = TwinCheck.of(WinogradOutputRoutine.of(lanes))) {
        check.sameBits(
            (p0, p1, p2, p3, p4, p5) -> {
              PlainWinograd.output(p0, p1, p2, p3, p4, p5);
              check(p1, lanes, width, lines, channels, sumLine, sumChannel);
            },
            call ->
                new long[] {
                  call.input(products),
                  call.result(before) + WinogradOutput.CHECK_BYTES,
                  LineFinish.extent(width, lines, channels),
                  PlaneCopy.pair(4L * line, 4L * sumLine),
                  PlaneCopy.pair(4L * channel, 4L * sumChannel),
                  4L * element
                });
      }
    }
  }

  /// Writes what the sums of each lane say: zero, or NaN if one is not finite.
  private static void check(
      long sums, int lanes, int width, int lines, int channels, int sumLine, int sumChannel) {
    float[] check = new float[lanes];
    for (int channel = 0; channel < channels; channel++) {
      for (int line = 0; line < 2 * lines; line++) {
        for (int column = 0; column < 2 * width; column++) {
          long at = sums + 4L * (channel * sumChannel + line * sumLine + column);
          check[column / 2 % lanes] += 0 * Memory.ALL.get(ValueLayout.JAVA_FLOAT, at);
        }
      }
    }
    for (int lane = 0; lane < lanes; lane++) {
      long at = sums - WinogradOutput.CHECK_BYTES + 4L * lane;
      Memory.ALL.set(ValueLayout.JAVA_FLOAT, at, check[lane]);
    }
  }

  @ParameterizedTest
  @CsvSource({
    "16, 14, 20, 17",
    "16, 32, 37, 16",
    "8, 6, 16, 16",
    "8, 14, 14, 16",
    "4, 5, 17, 16",
    "1, 5, 17, 16"
  })
  void filters(int lanes, int rows, int outputs, int inputs) {
    Axis axis = new Axis(9, 9, 3, 1, 1, 1, 1);
    Correlation problem = new Correlation(1, 2, inputs, outputs, axis, axis);
    for (KernelOrder order : KernelOrder.values()) {
      WinogradBank bank = new WinogradBank(problem, order, rows);
      float[] weights = drawn(2 * inputs * outputs * 9, 5, Numbers.SPECIAL);
      float[] before = drawn((int) (bank.bytes() / Float.BYTES), 6, Numbers.FINITE);
      long kernelBytes = 4 * order.outputStep(problem);
      long inputBytes = 4 * order.channelStep(problem);
      int panels = Math.ceilDiv(outputs, rows);
      for (int panel = 0; panel < 2 * panels; panel++) {
        int first = panel % panels * rows;
        long kernel = 4 * order.first(problem, panel / panels, first);
        int channels = Math.min(rows, outputs - first);
        int panelFloats = before.length / (2 * panels);
        try (TwinCheck check = TwinCheck.of(WinogradFilterRoutine.of(order, lanes))) {
          check.sameBits(
              PlainWinograd.filter(order),
              call ->
                  new long[] {
                    call.input(weights) + kernel,
                    call.result(Arrays.copyOf(before, panelFloats)),
                    WinogradFilterRoutine.extent(channels, rows, inputs),
                    PlaneCopy.pair(kernelBytes, inputBytes),
                    bank.elementBytes()
                  });
        }
      }
    }
  }
}
