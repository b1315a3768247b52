package dev.merapi.kernels.pool;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.merapi.MerapiException;
import dev.merapi.MerapiException.Kind;
import dev.merapi.graph.Monoid;
import dev.merapi.graph.Reduce.Window;
import dev.merapi.graph.TensorType;
import dev.merapi.graph.WindowGeometry;
import dev.merapi.kernels.jit.KernelCache;
import dev.merapi.kernels.jit.Lanes;
import dev.merapi.kernels.target.BytecodeTarget;
import dev.merapi.kernels.target.MachineTarget;
import dev.merapi.kernels.target.Target;
import dev.merapi.kernels.target.TestTargets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

class PoolPlanTest {
  private static final List<Target> TARGETS = TestTargets.all();
  private static final Target SCALAR = TARGETS.getLast();

  // kernel, stride, low and high padding, dilation
  private static final long[] PAIR = {2, 2, 0, 0, 1};
  private static final long[] PLAIN = {3, 1, 0, 0, 1};
  private static final long[] SAME = {3, 1, 1, 1, 1};
  private static final long[] HALVING = {3, 2, 1, 1, 1};
  private static final long[] PADDED_PAIR = {2, 2, 1, 1, 1};
  private static final long[] LOPSIDED = {2, 2, 0, 3, 1};
  private static final long[] DILATED = {3, 1, 2, 1, 2};
  private static final long[] FAR = {4, 3, 1, 2, 2};
  private static final long[] FIVE = {5, 2, 0, 1, 1};
  private static final long[] MOSTLY_PADDING = {2, 1, 5, 4, 1};
  private static final long[] EVERY_OTHER = {1, 2, 0, 0, 1};
  private static final long[] LARGE = {13, 13, 0, 0, 1};

  static Stream<PoolProblem> problems() {
    List<PoolProblem> problems = new ArrayList<>();
    for (Monoid monoid : Monoid.values()) {
      for (int width : new int[] {2, 6, 7, 8, 9, 16, 24, 31, 32, 33, 34, 67}) {
        problems.add(PoolProblem.of(monoid, TensorType.f32(1, 2, 5, width), PAIR, PAIR));
      }
      for (int width : new int[] {3, 5, 6, 9, 10, 17, 18, 19, 37}) {
        problems.add(PoolProblem.of(monoid, TensorType.f32(1, 2, 4, width), PLAIN, PLAIN));
        problems.add(PoolProblem.of(monoid, TensorType.f32(1, 2, 4, width), SAME, SAME));
      }
      for (int images : new int[] {0, 1, 5}) {
        problems.add(PoolProblem.of(monoid, TensorType.f32(images, 3, 8, 8), PAIR, PAIR));
        problems.add(PoolProblem.of(monoid, TensorType.f32(3, images, 8, 8), PAIR, PAIR));
      }
      for (int width : new int[] {13, 18, 40}) {
        problems.addAll(irregular(monoid, width));
      }
      TensorType empty = TensorType.f32(1, 2, 3, 0);
      problems.add(PoolProblem.of(monoid, empty, PLAIN, MOSTLY_PADDING));
    }
    return problems.stream();
  }

  private static List<PoolProblem> irregular(Monoid monoid, int width) {
    TensorType image = TensorType.f32(1, 3, 13, width);
    TensorType sound = TensorType.f32(2, 3, width);
    return List.of(
        PoolProblem.of(monoid, image, HALVING, HALVING),
        PoolProblem.of(monoid, image, PADDED_PAIR, PADDED_PAIR),
        PoolProblem.of(monoid, image, LOPSIDED, LOPSIDED),
        PoolProblem.of(monoid, image, DILATED, DILATED),
        PoolProblem.of(monoid, image, FAR, FAR),
        PoolProblem.of(monoid, image, FIVE, FIVE),
        PoolProblem.of(monoid, image, MOSTLY_PADDING, MOSTLY_PADDING),
        PoolProblem.of(monoid, image, EVERY_OTHER, EVERY_OTHER),
        PoolProblem.of(monoid, image, LARGE, LARGE),
        PoolProblem.of(monoid, image, PLAIN, PAIR),
        PoolProblem.of(monoid, image, PAIR, FIVE),
        PoolProblem.of(monoid, image, FAR, PLAIN),
        PoolProblem.of(monoid, sound, PAIR),
        PoolProblem.of(monoid, sound, SAME),
        PoolProblem.of(monoid, sound, FAR));
  }

  /// One problem for each kind of kernel.
  static Stream<PoolProblem> kinds() {
    return Arrays.stream(Monoid.values())
        .flatMap(monoid ->
            Stream.of(
                PoolProblem.of(monoid, TensorType.f32(1, 3, 7, 67), PAIR, PAIR),
                PoolProblem.of(monoid, TensorType.f32(1, 3, 5, 37), SAME, SAME)));
  }

  @ParameterizedTest
  @MethodSource("problems")
  void poolsAsTheInterpreterDoes(PoolProblem problem) {
    float[] scalar = problem.pool(SCALAR, 1, false);
    assertSameNumbers(problem.expected(), scalar);
    for (Target each : TARGETS) {
      assertArrayEquals(scalar, problem.pool(each, 1, false), each.toString());
    }
  }

  @ParameterizedTest
  @MethodSource("problems")
  void handsGradientsBackAsTheInterpreterDoes(PoolProblem problem) {
    float[] scalar = problem.poolGradient(SCALAR, 1, false);
    assertSameNumbers(problem.expectedGradient(), scalar);
    for (Target each : TARGETS) {
      assertArrayEquals(scalar, problem.poolGradient(each, 1, false), each.toString());
    }
  }

  @ParameterizedTest
  @MethodSource("kinds")
  void neitherWarmthNorPartsChangeABit(PoolProblem problem) {
    float[] pooled = problem.pool(SCALAR, 1, false);
    float[] gradient = problem.poolGradient(SCALAR, 1, false);
    Target widest = new BytecodeTarget(Lanes.widest(), new KernelCache());
    assertArrayEquals(pooled, problem.pool(widest, 1, true));
    assertArrayEquals(gradient, problem.poolGradient(widest, 1, true));
    for (Target each : TARGETS) {
      for (int parts = 2; parts <= 3; parts++) {
        assertArrayEquals(pooled, problem.pool(each, parts, false));
        assertArrayEquals(gradient, problem.poolGradient(each, parts, false));
      }
    }
  }

  @ParameterizedTest
  @EnumSource(Monoid.class)
  void pairsAreTakenByVectors(Monoid monoid) {
    for (int size : new int[] {8, 14, 24, 28}) {
      var problem = PoolProblem.of(monoid, TensorType.f32(1, 1, size, size), PAIR, PAIR);
      Planes planes = Planes.of(problem.geometry(), problem.operand());
      int lanes = Integer.highestOneBit(Math.min(8, size / 2));
      assertEquals(lanes, Pooling.of(monoid, planes, 8).lines().orElseThrow().lanes());
      assertEquals(new PoolingGradient(monoid, true, lanes), PoolingGradient.of(monoid, planes, 8));
    }
  }

  @Test
  void codeIsGivenBack() {
    var problem = PoolProblem.of(Monoid.MAX, TensorType.f32(1, 1, 8, 8), PAIR, PAIR);
    for (Target each : TARGETS) {
      if (each instanceof MachineTarget machine) {
        problem.pool(machine, 1, false);
        problem.poolGradient(machine, 1, false);
        assertEquals(0, machine.size(), each.toString());
      }
    }
  }

  @Test
  void threeSpatialAxesAreRefused() {
    List<Long> ones = List.of(1L, 1L, 1L);
    var window = new Window(Monoid.MAX, WindowGeometry.of(ones, ones, List.of(0L, 0L, 0L)));
    TensorType type = TensorType.f32(1, 1, 2, 2, 2);
    MerapiException e =
        assertThrows(MerapiException.class, () -> PoolPlan.of(window, type, SCALAR));
    assertEquals(Kind.UNSUPPORTED_OP, e.kind());
    assertTrue(e.getMessage().contains("hint"), e.getMessage());
  }

  private static void assertSameNumbers(double[] expected, float[] actual) {
    // Not exactly equal, because the zeros may differ in their signs.
    assertArrayEquals(expected, PoolProblem.wide(actual), 1e-30);
  }
}
