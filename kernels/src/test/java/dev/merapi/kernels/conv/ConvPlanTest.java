package dev.merapi.kernels.conv;

import static dev.merapi.kernels.conv.ConvRun.assertNear;
import static dev.merapi.kernels.conv.ConvRun.assertSameBits;
import static dev.merapi.kernels.conv.ConvRun.run;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.merapi.MerapiException;
import dev.merapi.MerapiException.Kind;
import dev.merapi.graph.Contract.Role;
import dev.merapi.graph.ConvGeometry;
import dev.merapi.graph.Dim;
import dev.merapi.graph.WindowGeometry;
import dev.merapi.kernels.conv.Finishing.Pooling;
import dev.merapi.kernels.product.Problem.Weights;
import dev.merapi.kernels.product.TileEpilogue;
import dev.merapi.kernels.target.PlanKernels;
import dev.merapi.kernels.target.Target;
import dev.merapi.kernels.target.TestTargets;
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
class ConvPlanTest {
  private static final long SEED = 20250711L;
  private static final int BATCH = 3;
  private static final Finishing SUMS = new Finishing(TileEpilogue.NONE, Pooling.NONE);

  private static final Target FASTEST = TestTargets.all().getFirst();

  /// Holds the plans, so that their kernels stay warm.
  private final List<ConvPlan> plans = new ArrayList<>();

  static Stream<Arguments> rolesAndTargets() {
    return Stream.of(Role.values())
        .flatMap(role -> TestTargets.all().stream().map(target -> Arguments.of(role, target)));
  }

  private static ConvPlan plan(Role role, ConvCase of, int batch, Target target) {
    var geometry = of.geometry();
    return switch (role) {
      case FORWARD -> ConvPlan.forward(geometry, batch, Weights.PACKED, TileEpilogue.NONE, target);
      case DATA -> ConvPlan.data(geometry, batch, Weights.FRESH, TileEpilogue.NONE, target);
      case FILTER -> ConvPlan.filter(geometry, batch, TileEpilogue.NONE, target);
    };
  }

  @Test
  void sizesThatKernelsCannotTellAreRefused() {
    var one = List.of(1L, 1L);
    var none = List.of(0L, 0L);
    var pointwise = new WindowGeometry(one, one, none, none, one);
    var side = Dim.of(23_200); // a plane of 2.1 GB
    refused(new ConvGeometry(1, 2, 1, List.of(side, side), pointwise));
    var far = new WindowGeometry(one, List.of(1L, 65_536L), none, none, one);
    refused(new ConvGeometry(1, 2, 1, List.of(Dim.of(1), Dim.of(140_000)), far));
    assertEquals(
        Kind.SHAPE,
        assertThrows(MerapiException.class, () -> LineFinish.extent(4, 1 << 24, 1)).kind());
  }

  private void refused(ConvGeometry geometry) {
    var error =
        assertThrows(
            MerapiException.class,
            () -> ConvPlan.forward(geometry, 1, Weights.PACKED, TileEpilogue.NONE, FASTEST));
    assertEquals(Kind.SHAPE, error.kind());
  }

  private static float[] first(Role role, ConvArrays arrays) {
    return role == Role.DATA ? arrays.y : arrays.x;
  }

  private static float[] second(Role role, ConvArrays arrays) {
    return role == Role.FILTER ? arrays.y : arrays.w;
  }

  private static float[] expected(Role role, ConvArrays arrays) {
    return switch (role) {
      case FORWARD -> arrays.forward();
      case DATA -> arrays.data();
      case FILTER -> arrays.filter();
    };
  }

  private static double[] exact(Role role, ConvArrays arrays) {
    return switch (role) {
      case FORWARD -> arrays.exactForward();
      case DATA -> arrays.exactData();
      case FILTER -> arrays.exactFilter();
    };
  }

  /// A thread that is given an empty part costs time and brings none.
  @ParameterizedTest
  @EnumSource(Role.class)
  void eachOfTheMostPartsComputesSomething(Role role) {
    for (ConvCase each : ConvCase.all()) {
      ConvPlan plan = plan(role, each, BATCH, FASTEST);
      ConvArrays arrays = new ConvArrays(each.geometry(), BATCH, new Random(SEED));
      int parts = Math.toIntExact(plan.units());
      int length = expected(role, arrays).length;
      for (int part = 0; part < parts; part += Math.max(1, parts / 3)) {
        assertTrue(
            ConvRun.computes(plan, first(role, arrays), second(role, arrays), length, part, parts),
            each + ", part " + part + " of " + parts);
      }
      plan.close();
    }
  }

  @ParameterizedTest
  @MethodSource("rolesAndTargets")
  void everyGeometryGivesTheBitsOfThePlainSums(Role role, Target target) {
    for (ConvCase each : ConvCase.all()) {
      ConvArrays arrays = new ConvArrays(each.geometry(), BATCH, new Random(SEED));
      ConvPlan plan = plan(role, each, BATCH, target);
      plans.add(plan);
      float[] want = expected(role, arrays);
      for (int parts = 1; parts <= 3; parts++) {
        float[] got = run(plan, first(role, arrays), second(role, arrays), want.length, parts);
        assertSameBits(want, got, each + ", cold, parts=" + parts);
      }
      ConvRun.adopt(plan);
      for (int parts = 1; parts <= 3; parts++) {
        float[] got = run(plan, first(role, arrays), second(role, arrays), want.length, parts);
        assertSameBits(want, got, each + ", hot, parts=" + parts);
      }
    }
  }

  static Stream<Arguments> correlationsAndTargets() {
    return rolesAndTargets().filter(each -> each.get()[0] != Role.FILTER);
  }

  private List<CorrelationPlan> plansOfAllForms(Role role, ConvCase of, Target target) {
    boolean forward = role == Role.FORWARD;
    Correlation problem =
        forward
            ? Correlation.forward(of.geometry(), BATCH)
            : Correlation.data(of.geometry(), BATCH);
    KernelOrder order = forward ? KernelOrder.FORWARD : KernelOrder.DATA;
    return CorrelationPlan.cuts(problem, Pooling.NONE, target).stream()
        .map(cut ->
            CorrelationPlan.of(problem, order, Weights.PACKED, SUMS, cut, new PlanKernels(target)))
        .toList();
  }

  @ParameterizedTest
  @MethodSource("correlationsAndTargets")
  void everyPlacementGivesTheBitsOfThePlainSums(Role role, Target target) {
    int most = 0;
    for (ConvCase each : ConvCase.all()) {
      ConvArrays arrays = new ConvArrays(each.geometry(), BATCH, new Random(SEED));
      float[] want = expected(role, arrays);
      List<CorrelationPlan> forms = plansOfAllForms(role, each, target);
      most = Math.max(most, forms.size());
      for (CorrelationPlan plan : forms) {
        plans.add(plan);
        float[] cold = run(plan, first(role, arrays), second(role, arrays), want.length, 2);
        assertSameBits(want, cold, each + ", cold, " + plan);
        ConvRun.adopt(plan);
        float[] hot = run(plan, first(role, arrays), second(role, arrays), want.length, 2);
        assertSameBits(want, hot, each + ", hot, " + plan);
      }
    }
    assertTrue(most > 1, "some case must lie in several ways");
  }

  @ParameterizedTest
  @EnumSource(Role.class)
  void sumsAreNearTheExactOnes(Role role) {
    for (ConvCase each : ConvCase.all()) {
      ConvArrays arrays = new ConvArrays(each.geometry(), BATCH, new Random(SEED));
      ConvPlan plan = plan(role, each, BATCH, FASTEST);
      double[] want = exact(role, arrays);
      float[] got = run(plan, first(role, arrays), second(role, arrays), want.length, 1);
      assertNear(want, got, each.name());
    }
  }

  @ParameterizedTest
  @EnumSource(Role.class)
  void nansAndInfinitiesReachWhatTheyMeet(Role role) {
    for (ConvCase each : ConvCase.all()) {
      ConvArrays arrays = new ConvArrays(each.geometry(), BATCH, new Random(SEED));
      float[] values = first(role, arrays);
      if (values.length > 1) {
        values[0] = Float.NaN;
        values[values.length / 2] = Float.POSITIVE_INFINITY;
        values[values.length - 1] = Float.NEGATIVE_INFINITY;
      }
      ConvPlan plan = plan(role, each, BATCH, FASTEST);
      float[] want = expected(role, arrays);
      float[] got = run(plan, values, second(role, arrays), want.length, 2);
      assertSameBits(want, got, each.name());
    }
  }

  @ParameterizedTest
  @EnumSource(Role.class)
  void anEmptyBatchGivesEmptyImagesAndZeroFilters(Role role) {
    ConvCase each = ConvCase.all().get(3);
    ConvArrays arrays = new ConvArrays(each.geometry(), 0, new Random(SEED));
    ConvPlan plan = plan(role, each, 0, FASTEST);
    float[] want = role == Role.FILTER ? new float[arrays.w.length] : new float[0];
    float[] got = run(plan, first(role, arrays), second(role, arrays), want.length, 2);
    assertSameBits(want, got, each.name());
  }

  @ParameterizedTest
  @EnumSource(Role.class)
  void warmRunsAllocateNothing(Role role) {
    ConvCase each = ConvCase.all().get(4);
    ConvPlan plan = plan(role, each, 2, FASTEST);
    ConvArrays arrays = new ConvArrays(each.geometry(), 2, new Random(SEED));
    ConvRun.warmUp(plan);
    int length = expected(role, arrays).length;
    long bytes = ConvRun.bytesOfWarmRuns(plan, first(role, arrays), second(role, arrays), length);
    assertEquals(0, bytes, 0.01 * ConvRun.WARM_RUNS);
  }
}
