package dev.merapi.kernels.loop;

import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.merapi.kernels.jit.KernelCache;
import dev.merapi.kernels.jit.Lanes;
import dev.merapi.kernels.loop.NestRun.Form;
import dev.merapi.spi.Buffer;
import dev.merapi.spi.LoopNest;
import java.util.Arrays;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class LoopKernelTest {
  private static final double TOLERANCE = 2e-5;

  static int[] sizes(Lanes lanes) {
    int l = lanes.count();
    return IntStream.of(1, 2, l - 1, l, l + 1, 2 * l + 3, 4 * l, 97, 12 * l + 5, 1009)
        .distinct()
        .toArray();
  }

  @ParameterizedTest
  @EnumSource
  void everyNestAgreesWithTheOracleAtEverySize(SampleNests sample) {
    for (Lanes lanes : machineLanes()) {
      for (int size : sizes(lanes)) {
        try (NestRun run = new NestRun(sample.of(size), lanes)) {
          assertClose(run.expected(), run.run(Form.TWIN), sample + " " + lanes + " " + size);
        }
      }
    }
  }

  @ParameterizedTest
  @EnumSource
  void vectorsAndTwinGiveTheSameBits(SampleNests sample) {
    for (Lanes lanes : machineLanes()) {
      KernelCache cache = new KernelCache();
      for (int size : sizes(lanes)) {
        try (NestRun run = new NestRun(sample.of(size), lanes, cache)) {
          String where = sample + " " + lanes + " " + size;
          assertSameBits(run.run(Form.TWIN), run.run(Form.VECTOR), where);
        }
      }
    }
  }

  @ParameterizedTest
  @EnumSource
  void partitionsGiveTheSameBits(SampleNests sample) {
    try (NestRun run = new NestRun(sample.of(9000), Lanes.widest())) {
      var whole = run.run(Form.TWIN);
      assertSameBits(whole, run.run(Form.TWIN, 1), sample + " cut at 1");
      assertSameBits(whole, run.run(Form.TWIN, 1, 2, 4), sample + " cut at 1, 2, 4");
    }
  }

  /// Vectors and twins of every width.
  static void assertSameBitsAtEveryWidth(LoopNest nest, String where) {
    Map<Buffer, int[]> first = Map.of();
    for (Lanes lanes : machineLanes()) {
      try (NestRun run = new NestRun(nest, lanes)) {
        for (Form form : Form.values()) {
          Map<Buffer, int[]> bits = run.run(form);
          assertSameBits(first, bits, where + " " + lanes + " " + form);
          first = bits;
        }
      }
    }
  }

  static Lanes[] machineLanes() {
    return Arrays.stream(Lanes.values())
        .filter(each -> each != Lanes.SCALAR && each.count() <= Lanes.widest().count())
        .toArray(Lanes[]::new);
  }

  static void assertClose(Map<Buffer, double[]> expected, Map<Buffer, int[]> actual, String where) {
    actual.forEach((buffer, bits) -> {
      double[] values = NestRun.doubles(buffer, bits);
      double[] wanted = expected.get(buffer);
      for (int i = 0; i < values.length; i++) {
        double limit = TOLERANCE * Math.max(1, Math.abs(wanted[i]));
        assertTrue(
            Math.abs(values[i] - wanted[i]) <= limit || Double.compare(values[i], wanted[i]) == 0,
            where + ": " + buffer + "[" + i + "]=" + values[i] + ", expected " + wanted[i]);
      }
    });
  }

  static void assertSameBits(Map<Buffer, int[]> expected, Map<Buffer, int[]> actual, String where) {
    expected.forEach((buffer, wanted) -> {
      int[] bits = actual.get(buffer);
      for (int i = 0; i < wanted.length; i++) {
        boolean bothNaN =
            Float.isNaN(Float.intBitsToFloat(wanted[i]))
                && Float.isNaN(Float.intBitsToFloat(bits[i]));
        assertTrue(
            bits[i] == wanted[i] || bothNaN,
            where + ": " + buffer + "[" + i + "]=" + bits[i] + ", expected " + wanted[i]);
      }
    });
  }
}
