package dev.merapi.kernels.conv;

import static dev.merapi.kernels.conv.ConvRun.assertSameBits;
import static dev.merapi.kernels.conv.ConvRun.run;
import static java.lang.Float.MAX_VALUE;
import static java.lang.Float.NEGATIVE_INFINITY;
import static java.lang.Float.NaN;
import static java.lang.Float.POSITIVE_INFINITY;
import static java.lang.foreign.ValueLayout.JAVA_FLOAT;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.merapi.graph.Contract.Role;
import dev.merapi.graph.ConvGeometry;
import dev.merapi.graph.Dim;
import dev.merapi.graph.WindowGeometry;
import dev.merapi.kernels.calls.Calls;
import dev.merapi.kernels.product.EpilogueOperands;
import dev.merapi.kernels.product.Problem.Weights;
import dev.merapi.kernels.product.TileEpilogue;
import dev.merapi.kernels.target.MachineTarget;
import dev.merapi.kernels.target.Target;
import dev.merapi.kernels.target.TestTargets;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.Arrays;
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

  /// Those that are equal share their kernels, as long as plans have them.
  private static final List<Target> TARGETS = TestTargets.all();

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

  static Stream<Arguments> rolesAndTargets() {
    return Stream.of(Role.FORWARD, Role.DATA)
        .flatMap(role -> TARGETS.stream().map(target -> Arguments.of(role, target)));
  }

  private WinogradPlan plan(Role role, ConvGeometry of, Weights weights, Target target) {
    var plan =
        role == Role.FORWARD
            ? ConvPlan.forward(of, BATCH, weights, TileEpilogue.NONE, target)
            : ConvPlan.data(of, BATCH, weights, TileEpilogue.NONE, target);
    plans.add(plan); // so that its kernels stay warm
    return assertInstanceOf(WinogradPlan.class, plan);
  }

  private static float[] first(Role role, ConvArrays arrays) {
    return role == Role.FORWARD ? arrays.x : arrays.y;
  }

  private static float[] defined(Role role, ConvArrays arrays) {
    return role == Role.FORWARD ? arrays.forwardByWinograd() : arrays.dataByWinograd();
  }

  private static float[] plain(Role role, ConvArrays arrays) {
    return role == Role.FORWARD ? arrays.forward() : arrays.data();
  }

  @ParameterizedTest
  @MethodSource("rolesAndTargets")
  void everyWidthAndNumberOfPartsGivesTheBitsOfTheDefinition(Role role, Target target) {
    for (ConvGeometry each : GEOMETRIES) {
      ConvArrays arrays = new ConvArrays(each, BATCH, new Random(SEED));
      float[] want = defined(role, arrays);
      for (Weights weights : Weights.values()) {
        WinogradPlan plan = plan(role, each, weights, target);
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
      double direct = error(exact, plain(role, arrays));
      double error = error(exact, defined(role, arrays));
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

  /// Puts a value into the first operand and the weights, at places of their own each.
  private enum Spoiled {
    PIXEL {
      @Override
      void with(float value, float[] first, float[] w) {
        first[first.length / 3] = value;
        first[first.length - 1] = -value;
      }
    },
    PIXELS_OF_A_LINE {
      @Override
      void with(float value, float[] first, float[] w) {
        Arrays.fill(first, first.length / 2, first.length / 2 + 9, value);
      }
    },
    WEIGHT {
      @Override
      void with(float value, float[] first, float[] w) {
        w[w.length / 3] = value;
      }
    };

    abstract void with(float value, float[] first, float[] w);
  }

  static Stream<Arguments> spoiled() {
    return rolesAndTargets()
        .flatMap(each ->
            Stream.of(Spoiled.values())
                .map(spoiled -> Arguments.of(each.get()[0], each.get()[1], spoiled)));
  }

  /// NaN, infinities and what overflows on the way appear where the plain sums have them, and as
  /// those have them.
  @ParameterizedTest
  @MethodSource("spoiled")
  void valuesThatAreNotFiniteStayWhereThePlainSumsHaveThem(
      Role role, Target target, Spoiled spoiled) {
    // Java classes take seconds to get warm.
    var several = List.of(GEOMETRIES.get(1), GEOMETRIES.get(5));
    for (ConvGeometry each : several.subList(0, target instanceof MachineTarget ? 2 : 1)) {
      valuesStayWhereThePlainSumsHaveThem(role, target, spoiled, each);
    }
  }

  private void valuesStayWhereThePlainSumsHaveThem(
      Role role, Target target, Spoiled spoiled, ConvGeometry each) {
    WinogradPlan plan = plan(role, each, Weights.PACKED, target);
    WinogradPlan fresh = plan(role, each, Weights.FRESH, target);
    for (boolean warm : List.of(false, true)) {
      for (float value : List.of(NaN, POSITIVE_INFINITY, NEGATIVE_INFINITY, MAX_VALUE)) {
        ConvArrays arrays = new ConvArrays(each, BATCH, new Random(SEED));
        float[] first = first(role, arrays);
        spoiled.with(value, first, arrays.w);
        float[] want = defined(role, arrays);
        String what = value + ", warm=" + warm;
        assertSameWhereNotFinite(plain(role, arrays), want, what);
        assertSameBits(want, run(plan, first, arrays.w, want.length, 1), what);
        assertSameBits(want, run(plan, first, arrays.w, want.length, 2), what + ", 2 parts");
        assertSameBits(want, run(fresh, first, arrays.w, want.length, 3), what + ", fresh");
      }
      ConvRun.warmUp(plan);
    }
  }

  private static void assertSameWhereNotFinite(float[] plain, float[] defined, String what) {
    int found = 0;
    for (int i = 0; i < plain.length; i++) {
      if (!Float.isFinite(plain[i]) || !Float.isFinite(defined[i])) {
        assertEquals(plain[i], defined[i], what + ": element " + i);
        found++;
      }
    }
    assertTrue(what.startsWith(MAX_VALUE + "") || found > 0 && found < plain.length, what);
  }

  /// Sums are looked at one by one only where it is worth it: what an earlier use has left in the
  /// workspace does not look like a sum that is not finite.
  @ParameterizedTest
  @MethodSource("rolesAndTargets")
  void leftoversInTheWorkspaceAreNotTakenForSums(Role role, Target target) {
    var wide = List.of(geometry(32, 64, 1, 48, 112, 1), geometry(64, 64, 1, 24, 24, 1));
    for (ConvGeometry each : Stream.concat(GEOMETRIES.stream(), wide.stream()).toList()) {
      ConvArrays arrays = new ConvArrays(each, BATCH, new Random(SEED));
      WinogradPlan plan = plan(role, each, Weights.FRESH, target);
      try (Arena arena = Arena.ofConfined()) {
        MemorySegment workspace = arena.allocate(plan.workspaceBytes(1), 64).fill((byte) 0xff);
        MemorySegment first = arena.allocateFrom(JAVA_FLOAT, first(role, arrays));
        MemorySegment w = arena.allocateFrom(JAVA_FLOAT, arrays.w);
        float[] other = role == Role.FORWARD ? arrays.y : arrays.x;
        MemorySegment result = arena.allocateFrom(JAVA_FLOAT, other);
        var operands =
            new ConvOperands(
                first.address(),
                w.address(),
                0,
                result.address(),
                EpilogueOperands.NONE,
                workspace.address());
        plan.calls(Calls.NOW, operands, 0, 1);
        assertTrue(plan.saidFinite(workspace.address(), 0), each.toString());
      }
    }
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
      for (Target target : TARGETS) {
        var plan = ConvPlan.forward(each, 1, Weights.PACKED, TileEpilogue.NONE, target);
        assertInstanceOf(CorrelationPlan.class, plan, each.toString());
      }
    }
  }

  @Test
  void warmRunsAllocateNothing() {
    ConvGeometry each = GEOMETRIES.getFirst();
    WinogradPlan plan = plan(Role.FORWARD, each, Weights.PACKED, TARGETS.getFirst());
    ConvArrays arrays = new ConvArrays(each, BATCH, new Random(SEED));
    ConvRun.warmUp(plan);
    long bytes = ConvRun.bytesOfWarmRuns(plan, arrays.x, arrays.w, arrays.y.length);
    assertEquals(0, bytes, 0.01 * ConvRun.WARM_RUNS);
  }
}
