package dev.merapi.kernels.conv;

import static dev.merapi.kernels.TwinCheck.drawn;

import dev.merapi.kernels.TwinCheck;
import dev.merapi.kernels.TwinCheck.Numbers;
import dev.merapi.kernels.conv.PlaneCopy.Lines;
import dev.merapi.kernels.jit.Memory;
import java.lang.foreign.ValueLayout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// The routines that move elements, against plain code.
class CopyRoutinesTest {
  private static final ValueLayout.OfFloat FLOAT = ValueLayout.JAVA_FLOAT_UNALIGNED;

  @ParameterizedTest
  @CsvSource({
    "DENSE, 16, 1, 1",
    "DENSE, 8, 1, 1",
    "DENSE, 4, 1, 1",
    "HALVED, 16, 2, 1",
    "HALVED, 8, 2, 1",
    "HALVED, 4, 2, 1",
    "SPREAD, 16, 3, 1",
    "SPREAD, 16, 1, 2",
    "SPREAD, 4, 2, 3"
  })
  void planes(Lines form, int lanes, int sourceStep, int targetStep) {
    try (TwinCheck check = TwinCheck.of(PlaneCopyRoutine.of(form, lanes))) {
      for (int columns : new int[] {0, 1, lanes - 1, lanes, lanes + 1, 2 * lanes, 3 * lanes + 2}) {
        for (int planes = 0; planes < 3; planes++) {
          for (int lines = 0; lines < 4; lines += 3) {
            planes(check, form, sourceStep, targetStep, columns, lines, planes);
          }
        }
      }
    }
  }

  private static void planes(
      TwinCheck check,
      Lines form,
      int sourceStep,
      int targetStep,
      int columns,
      int lines,
      int planes) {
    int read = Math.max(0, (columns - 1) * sourceStep + 1);
    int written = Math.max(0, (columns - 1) * targetStep + 1);
    int line = read + 2;
    int targetLine = written + 3;
    int plane = lines * line + 1;
    int targetPlane = lines * targetLine + 2;
    boolean none = columns * lines * planes == 0;
    int sourceCount = none ? 0 : (planes - 1) * plane + (lines - 1) * line + read;
    int targetCount = none ? 1 : (planes - 1) * targetPlane + (lines - 1) * targetLine + written;
    check.sameBits(
        CopyRoutinesTest::copyPlanes,
        call ->
            new long[] {
              call.input(drawn(sourceCount, 1, Numbers.SPECIAL)),
              call.result(drawn(targetCount, 2, Numbers.FINITE)),
              PlaneCopy.pair(columns, lines),
              PlaneCopy.pair(4L * line, 4L * targetLine),
              PlaneCopy.pair(4L * plane, 4L * targetPlane),
              PlaneCopy.spread(planes, sourceStep, targetStep)
            });
  }

  /// A [PlaneCopy], element by element.
  private static void copyPlanes(
      long source, long target, long extent, long lines, long planes, long spread) {
    for (int plane = 0; plane < (int) spread; plane++) {
      for (int line = 0; line < extent >> 32; line++) {
        for (int column = 0; column < (int) extent; column++) {
          long from = plane * (long) (int) planes + line * (long) (int) lines;
          long to = plane * (planes >> 32) + line * (lines >> 32);
          from += 4 * column * (spread >> 32 & PlaneCopy.MOST_STEP);
          to += 4 * column * (spread >> 48);
          float value = Memory.ALL.get(FLOAT, source + from);
          Memory.ALL.set(FLOAT, target + to, value);
        }
      }
    }
  }

  @ParameterizedTest
  @CsvSource({"1, 1", "4, 4", "4, 16", "8, 8", "8, 16", "16, 16"})
  void transposes(int height, int lanes) {
    try (TwinCheck check = TwinCheck.of(TransposeRoutine.of(height, lanes))) {
      for (int lines : new int[] {height, height + 1, 2 * height + 3}) {
        for (int steps : new int[] {lanes, lanes + 1, 2 * lanes + 3}) {
          transposes(check, lines, steps, lines + 3);
          transposes(check, lines, steps, -lines - 3);
        }
      }
    }
  }

  /// @param width negative to go backwards
  private static void transposes(TwinCheck check, int lines, int steps, int width) {
    int stride = steps + 2;
    int sourceCount = (lines - 1) * stride + steps;
    int targetCount = (steps - 1) * Math.abs(width) + lines;
    long first = width < 0 ? (steps - 1L) * -width * Float.BYTES : 0;
    check.sameBits(
        (source, target, lineStride, _, _, _) -> {
          for (int i = 0; i < lines; i++) {
            for (int step = 0; step < steps; step++) {
              float element = Memory.ALL.get(FLOAT, source + i * lineStride + 4L * step);
              Memory.ALL.set(FLOAT, target + 4L * (step * width + i), element);
            }
          }
        },
        call ->
            new long[] {
              call.input(drawn(sourceCount, 1, Numbers.SPECIAL)),
              call.result(drawn(targetCount, 2, Numbers.FINITE)) + first,
              4L * stride,
              steps,
              TransposeRoutine.extent(lines, width)
            });
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 15, 16, 17, 67})
  void zeros(int count) {
    try (TwinCheck check = TwinCheck.of(ZerosRoutine.of(16))) {
      check.sameBits(
          (address, bytes, _, _, _, _) -> {
            for (long at = address; at < address + bytes; at += Float.BYTES) {
              Memory.ALL.set(ValueLayout.JAVA_FLOAT, at, 0);
            }
          },
          call -> new long[] {call.result(drawn(count + 1, 1, Numbers.FINITE)), 4L * count});
    }
  }
}
