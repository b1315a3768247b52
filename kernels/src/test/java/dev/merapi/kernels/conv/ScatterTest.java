package dev.merapi.kernels.conv;

import static dev.merapi.kernels.TwinCheck.drawn;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.merapi.kernels.TwinCheck;
import dev.merapi.kernels.TwinCheck.Numbers;
import dev.merapi.kernels.jit.KernelCache;
import dev.merapi.kernels.jit.Lanes;
import dev.merapi.kernels.jit.Memory;
import dev.merapi.kernels.target.BytecodeTarget;
import dev.merapi.kernels.target.PlanKernels;
import java.lang.foreign.ValueLayout;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ScatterTest {
  private static final ValueLayout.OfFloat FLOAT = ValueLayout.JAVA_FLOAT_UNALIGNED;
  private static final int SOURCE_FLOATS = 12;

  /// Every second element, from the last to the first, with gaps between them.
  @ParameterizedTest
  @CsvSource({"0, 3", "1, 1", "5, 0", "5, 4"})
  void elementsGoToTheirPlaces(int count, int rows) {
    int targetFloats = 3 * SOURCE_FLOATS;
    int[] moves = new int[2 * count];
    for (int i = 0; i < count; i++) {
      moves[2 * i] = 4 * 2 * i;
      moves[2 * i + 1] = 4 * 3 * (count - 1 - i);
    }
    Scatter scatter = new Scatter(4 * SOURCE_FLOATS);
    try (TwinCheck check = TwinCheck.of(scatter.routine())) {
      check.sameBits(
          (source, target, _, _, _, targetBytes) -> {
            for (int i = 0; i < rows * count; i++) {
              long from = source + i / count * 4L * SOURCE_FLOATS + moves[2 * (i % count)];
              long to = target + i / count * targetBytes + moves[2 * (i % count) + 1];
              Memory.ALL.set(FLOAT, to, Memory.ALL.get(FLOAT, from));
            }
          },
          call -> {
            long table = call.bytes(Math.max(1, 4L * moves.length));
            for (int i = 0; i < moves.length; i++) {
              Memory.ALL.set(ValueLayout.JAVA_INT_UNALIGNED, table + 4L * i, moves[i]);
            }
            return new long[] {
              call.input(drawn(rows * SOURCE_FLOATS, 1, Numbers.SPECIAL)),
              call.result(drawn(Math.max(1, rows * targetFloats), 2, Numbers.FINITE)),
              table,
              count,
              rows,
              4L * targetFloats
            };
          });
    }
  }

  @Test
  void itsTrialMakesTheJvmCompileIt() {
    var kernels = new PlanKernels(new BytecodeTarget(Lanes.L4, new KernelCache()));
    new Scatter(4 * SOURCE_FLOATS).in(kernels);
    kernels
        .tiers()
        .forEach(each -> assertTrue(each.warmUp(Duration.ofSeconds(60)).hasVectors(), each::name));
    assertEquals(1, kernels.tiers().size());
  }
}
