package dev.merapi.kernels.conv;

import static dev.merapi.kernels.conv.ConvRun.assertSameBits;
import static dev.merapi.kernels.conv.ConvRun.run;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;

import dev.merapi.graph.Contract.Role;
import dev.merapi.graph.ConvGeometry;
import dev.merapi.graph.Dim;
import dev.merapi.graph.WindowGeometry;
import dev.merapi.kernels.emit.KernelCache;
import dev.merapi.kernels.emit.Lanes;
import dev.merapi.kernels.gemm.Epilogue;
import dev.merapi.kernels.gemm.Problem.Weights;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

@TestInstance(Lifecycle.PER_CLASS)
class WinogradPlanTest {
  private static final long SEED = 7;
  private static final int BATCH = 7;

  private final KernelCache cache = new KernelCache();
  private final List<ConvPlan> plans = new ArrayList<>();

  /// Sizes that end in the middle of tiles, vectors, panels and blocks of lines.
  private static final List<ConvGeometry> GEOMETRIES =
      List.of(
          geometry(16, 16, 1, 9, 9, 1),
          geometry(17, 19, 1, 11, 14, 1),
          geometry(32, 40, 2, 13, 12, 0),
          geometry(16, 23, 1, 14, 33, 2),
          geometry(40, 16, 1, 61, 47, 1),
          geometry(40, 32, 2, 14, 14, 1));

  private static ConvGeometry geometry(
      long inputs, long outputs, long groups, long height, long width, long pad) {
    return new ConvGeometry(
        inputs, outputs, groups, List.of(Dim.of(height), Dim.of(width)), window(3, 1, pad, 1));
  }

  private static WindowGeometry window(long taps, long stride, long pad, long dilation) {
    return new WindowGeometry(
        List.of(taps, taps),
        List.of(stride, stride),
        List.of(pad, pad),
        List.of(pad, pad),
        List.of(dilation, dilation));
  }

  static Stream<Arguments> rolesAndLanes() {
    return Stream.of(Role.FORWARD, Role.DATA)
        .flatMap(role -> Lanes.vectors().stream().map(lanes -> Arguments.of(role, lanes)));
  }

  private WinogradPlan plan(Role role, ConvGeometry of, Weights weights, Lanes lanes) {
    var plan =
        role == Role.FORWARD
            ? ConvPlan.forward(of, BATCH, weights, Epilogue.NONE, lanes, cache)
            : ConvPlan.data(of, BATCH, weights, Epilogue.NONE, lanes, cache);
    plans.add(plan); // so that its kernels stay warm
    return assertInstanceOf(WinogradPlan.class, plan);
  }

  private static float[] first(Role role, ConvArrays arrays) {
    return role == Role.FORWARD ? arrays.x : arrays.y;
  }

  private static float[] defined(Role role, ConvGeometry of, ConvArrays arrays) {
    return role == Role.FORWARD
        ? WinogradArrays.forward(of, BATCH, arrays.x, arrays.w)
        : WinogradArrays.data(of, BATCH, arrays.y, arrays.w);
  }

  @ParameterizedTest
  @MethodSource("rolesAndLanes")
  void everyWidthAndNumberOfPartsGivesTheBitsOfTheDefinition(Role role, Lanes lanes) {
    for (ConvGeometry each : GEOMETRIES) {
      ConvArrays arrays = new ConvArrays(each, BATCH, new Random(SEED));
      float[] want = defined(role, each, arrays);
      for (Weights weights : Weights.values()) {
        WinogradPlan plan = plan(role, each, weights, lanes);
        for (String heat : List.of("cold", "hot")) {
          for (int parts = 1; parts <= 3; parts++) {
            float[] got = run(plan, first(role, arrays), arrays.w, want.length, parts);
            assertSameBits(want, got, each + ", " + weights + ", " + heat + ", parts=" + parts);
          }
          ConvRun.warmUp(plan);
        }
      }
    }
  }

  /// The largest error beside the largest result, compared with that of the plain sums.
  @ParameterizedTest
  @EnumSource(
      value = Role.class,
      names = {"FORWARD", "DATA"})
  void sumsAreAlmostAsNearToTheExactOnesAsPlainOnes(Role role) {
    for (ConvGeometry each : GEOMETRIES) {
      ConvArrays arrays = new ConvArrays(each, BATCH, new Random(SEED));
      double[] exact = role == Role.FORWARD ? arrays.exactForward() : arrays.exactData();
      float[] plain = role == Role.FORWARD ? arrays.forward() : arrays.data();
      double direct = error(exact, plain);
      double error = error(exact, defined(role, each, arrays));
      assertEquals(0, error, 4 * direct, each.toString());
      assertEquals(0, error, 1e-6, each.toString());
    }
  }

  private static double error(double[] exact, float[] actual) {
    double worst = 0;
    double largest = 0;
    for (int i = 0; i < exact.length; i++) {
      worst = Math.max(worst, Math.abs(exact[i] - actual[i]));
      largest = Math.max(largest, Math.abs(exact[i]));
    }
    return worst / largest;
  }

  @Test
  void notANumberReachesTheTilesThatItMeetsAndNoOthers() {
    ConvGeometry each = GEOMETRIES.get(1);
    ConvArrays arrays = new ConvArrays(each, BATCH, new Random(SEED));
    arrays.x[arrays.x.length / 3] = Float.NaN;
    arrays.x[arrays.x.length - 1] = Float.POSITIVE_INFINITY;
    float[] want = defined(Role.FORWARD, each, arrays);
    WinogradPlan plan = plan(Role.FORWARD, each, Weights.PACKED, Lanes.widest());
    assertSameBits(want, run(plan, arrays.x, arrays.w, want.length, 2), "cold");
    ConvRun.warmUp(plan);
    assertSameBits(want, run(plan, arrays.x, arrays.w, want.length, 2), "hot");
  }

  @Test
  void whatIsNoPlainThreeByThreeOfManyChannelsIsSummedPlainly() {
    List<Dim> spatial = List.of(Dim.of(20), Dim.of(20));
    List<ConvGeometry> others =
        List.of(
            geometry(15, 16, 1, 20, 20, 1),
            geometry(16, 15, 1, 20, 20, 1),
            geometry(641, 16, 1, 20, 20, 1),
            geometry(16, 16, 1, 8, 20, 1),
            geometry(16, 16, 1, 20, 8, 1),
            geometry(30, 32, 2, 20, 20, 1),
            new ConvGeometry(16, 16, 1, spatial, window(3, 2, 1, 1)),
            new ConvGeometry(16, 16, 1, spatial, window(3, 1, 1, 2)),
            new ConvGeometry(16, 16, 1, spatial, window(5, 1, 1, 1)));
    for (ConvGeometry each : others) {
      for (Lanes lanes : Lanes.vectors()) {
        var plan = ConvPlan.forward(each, 1, Weights.PACKED, Epilogue.NONE, lanes, cache);
        assertInstanceOf(CorrelationPlan.class, plan, each.toString());
      }
    }
  }

  @Test
  void warmRunsAllocateNothing() {
    ConvGeometry each = GEOMETRIES.getFirst();
    WinogradPlan plan = plan(Role.FORWARD, each, Weights.PACKED, Lanes.widest());
    ConvArrays arrays = new ConvArrays(each, BATCH, new Random(SEED));
    ConvRun.warmUp(plan);
    long bytes = ConvRun.bytesOfWarmRuns(plan, arrays.x, arrays.w, arrays.y.length);
    assertEquals(0, bytes, 0.01 * ConvRun.WARM_RUNS);
  }
}
