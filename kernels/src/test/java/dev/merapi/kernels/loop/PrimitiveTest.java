package dev.merapi.kernels.loop;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.merapi.graph.DType;
import dev.merapi.graph.ScalarPrimitive;
import dev.merapi.kernels.jit.Lanes;
import dev.merapi.kernels.loop.NestRun.Form;
import dev.merapi.kernels.target.TestTargets;
import dev.merapi.spi.Buffer;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class PrimitiveTest {
  private static final int ULPS = 2;

  static List<PrimitiveNests> nests() {
    return PrimitiveNests.all();
  }

  @Test
  void everyPrimitiveIsTested() {
    EnumSet<ScalarPrimitive> tested = EnumSet.noneOf(ScalarPrimitive.class);
    nests().forEach(each -> tested.addAll(each.primitives()));
    assertEquals(EnumSet.allOf(ScalarPrimitive.class), tested);
  }

  @ParameterizedTest
  @MethodSource("nests")
  void lanesOfEveryWidthGiveTheScalarBitsAndThoseAreRight(PrimitiveNests nests) {
    for (Lanes lanes : LoopKernelTest.machineLanes()) {
      try (NestRun run = new NestRun(nests.nest(), lanes)) {
        nests.fill(run);
        Map<Buffer, int[]> twin = run.run(Form.TWIN);
        LoopKernelTest.assertSameBits(twin, run.run(Form.VECTOR), nests + " " + lanes);
        if (lanes == Lanes.widest()) {
          Map<Buffer, double[]> expected = run.expected();
          for (int i = 0; i < nests.primitives().size(); i++) {
            Buffer result = nests.result(i);
            assertRight(
                expected.get(result), twin.get(result), result, nests.primitives().get(i).name());
          }
        }
      }
    }
  }

  @ParameterizedTest
  @MethodSource("nests")
  void compiledLanesGiveTheScalarBits(PrimitiveNests nests) {
    try (NestRun run = new NestRun(nests.nest(), Lanes.widest())) {
      nests.fill(run);
      Map<Buffer, int[]> twin = run.run(Form.TWIN);
      TestTargets.warmUp(List.of(run.tiers()));
      LoopKernelTest.assertSameBits(twin, run.run(Form.VECTOR), nests.toString());
    }
  }

  private static void assertRight(double[] expected, int[] bits, Buffer buffer, String what) {
    boolean isFloat = buffer.type().dtype() == DType.F32;
    double[] actual = NestRun.doubles(buffer, bits);
    for (int i = 0; i < actual.length; i++) {
      double wanted = isFloat ? (float) expected[i] : expected[i];
      double limit = isFloat ? ULPS * Math.ulp((float) wanted) : 0;
      assertTrue(
          Double.compare(wanted, actual[i]) == 0 || Math.abs(wanted - actual[i]) <= limit,
          what + ": element=" + i + ", value=" + actual[i] + ", expected=" + wanted);
    }
  }
}
