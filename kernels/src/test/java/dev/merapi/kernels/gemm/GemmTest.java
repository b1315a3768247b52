package dev.merapi.kernels.gemm;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.merapi.kernels.emit.KernelCache;
import dev.merapi.kernels.emit.Lanes;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class GemmTest {
  private static final long SEED = 20240607L;
  private static final int[] SIZES = {0, 1, 2, 3, 4, 5, 7, 8, 9, 13, 15, 16, 17, 31, 33, 64, 67};
  private static final int[] DEPTHS = {
    0, 1, 2, 7, 8, 9, 61, Gemm.BLOCK - 1, Gemm.BLOCK, Gemm.BLOCK + 1, 1024, 2 * Gemm.BLOCK + 13
  };

  static Stream<Lanes> lanes() {
    return Lanes.vectors().stream();
  }

  /// All combinations of orders and of fresh and packed weights, each with some sizes.
  private static List<Problem> problems(Random random, int count) {
    List<Problem> problems = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      int m = SIZES[random.nextInt(SIZES.length)];
      int n = SIZES[random.nextInt(SIZES.length)];
      int k = DEPTHS[random.nextInt(DEPTHS.length)];
      Strides a = strides(i % 5, m, k);
      Strides b = strides(i / 5 % 5, k, n);
      long rowC = n + random.nextInt(2) * 3;
      Problem problem = new Problem(m, n, k, a, b, rowC, Problem.Weights.FRESH, Epilogue.NONE);
      problems.add(i / 25 % 2 == 0 ? problem : problem.withPackedWeights());
    }
    return problems;
  }

  private static Strides strides(int kind, int rows, int columns) {
    return switch (kind) {
      case 0 -> Strides.rowMajor(columns);
      case 1 -> Strides.columnMajor(rows);
      case 2 -> new Strides(columns + 5L, 1);
      case 3 -> new Strides(0, 1);
      default -> new Strides(2L * columns + 1, 2);
    };
  }

  @ParameterizedTest
  @MethodSource("lanes")
  void twinsFollowTheDefinitionForAllSizesAndOrders(Lanes lanes) {
    Random random = new Random(SEED);
    KernelCache cache = new KernelCache();
    for (Problem problem : problems(random, 250)) {
      Product product = new Product(problem, random);
      GemmPlan plan = Gemm.plan(problem, lanes, cache);
      float[] expected = product.expected();
      for (int parts = 1; parts <= 3; parts++) {
        Product.assertSameBits(expected, product.run(plan, parts), problem + ", parts=" + parts);
      }
    }
  }

  @ParameterizedTest
  @MethodSource("lanes")
  void compiledKernelsGiveTheBitsOfTheDefinition(Lanes lanes) {
    Random random = new Random(SEED);
    KernelCache cache = new KernelCache();
    List<Problem> problems =
        List.of(
            Problem.rowMajor(67, 71, Gemm.BLOCK + 37),
            Problem.rowMajor(67, 71, 1024),
            Problem.rowMajor(48, 64, 96).with(Strides.columnMajor(48), Strides.columnMajor(96)),
            Problem.rowMajor(6, 100, 25).withPackedWeights(),
            Problem.rowMajor(1, 120, 256).withPackedWeights(),
            Problem.rowMajor(1, 131, 50),
            Problem.rowMajor(50, 1, 33));
    for (Problem problem : problems) {
      Product product = new Product(problem, random);
      GemmPlan plan = Gemm.plan(problem, lanes, cache);
      Product.warmUp(plan);
      float[] expected = product.expected();
      for (int parts = 1; parts <= 3; parts++) {
        Product.assertSameBits(expected, product.run(plan, parts), problem + ", parts=" + parts);
      }
    }
  }

  /// Several groups of rows and of columns, each with a rest, in two blocks of k. Several groups of
  /// rows or of columns, with a rest in the last, and parts of either.
  static List<Problem> problemsOfSeveralGroups() {
    int k = Gemm.BLOCK + 2;
    Problem wide = Problem.rowMajor(30, 1500, k);
    return List.of(
        Problem.rowMajor(2061, 333, k),
        Problem.rowMajor(1, 700, k),
        wide,
        wide.with(Strides.columnMajor(30), Strides.columnMajor(k)));
  }

  @ParameterizedTest
  @MethodSource("problemsOfSeveralGroups")
  void groupsLargerThanTheCachesGiveTheBitsOfTheDefinition(Problem fresh) {
    float[] expected = new Product(fresh, new Random(SEED)).expected();
    for (Problem problem : List.of(fresh, fresh.withPackedWeights())) {
      Product product = new Product(problem, new Random(SEED));
      GemmPlan plan = Gemm.plan(problem, Lanes.widest(), new KernelCache());
      Product.warmUp(plan);
      for (int parts = 1; parts <= 3; parts++) {
        Product.assertSameBits(expected, product.run(plan, parts), problem + ", parts=" + parts);
      }
    }
  }

  @Test
  void sumsAreNearTheExactOnes() {
    int k = 3 * Gemm.BLOCK + 5;
    Product product = new Product(Problem.rowMajor(5, 6, k), new Random(SEED));
    GemmPlan plan = Gemm.plan(product.problem, Lanes.widest(), new KernelCache());
    float[] c = product.run(plan, 1);
    for (int i = 0; i < 5; i++) {
      for (int j = 0; j < 6; j++) {
        double exact = 0;
        double magnitude = 0;
        for (int step = 0; step < k; step++) {
          double term = (double) product.a(i, step) * product.b(step, j);
          exact += term;
          magnitude += Math.abs(term);
        }
        assertEquals(exact, c[i * 6 + j], magnitude * 1e-6);
      }
    }
  }

  @ParameterizedTest
  @MethodSource("lanes")
  void infinitiesAndNansGoThrough(Lanes lanes) {
    Random random = new Random(SEED);
    Product product = new Product(Problem.rowMajor(9, 19, 21), random);
    product.a[3] = Float.NaN;
    product.a[40] = Float.POSITIVE_INFINITY;
    product.b[19 * 5 + 2] = Float.NEGATIVE_INFINITY;
    product.b[19 * 19 + 7] = 0f;
    GemmPlan plan = Gemm.plan(product.problem, lanes, new KernelCache());
    float[] expected = product.expected();
    Product.assertSameBits(expected, product.run(plan, 1), "twin");
    Product.warmUp(plan);
    Product.assertSameBits(expected, product.run(plan, 1), "vector");
  }

  @Test
  void anEmptySumIsZero() {
    Product product = new Product(Problem.rowMajor(3, 5, 0), new Random(SEED));
    GemmPlan plan = Gemm.plan(product.problem, Lanes.widest(), new KernelCache());
    Product.assertSameBits(new float[15], product.run(plan, 1), "k=0");
  }

  @Test
  void rowsThatOverlapAreRefused() {
    Strides a = Strides.rowMajor(2);
    Strides b = Strides.rowMajor(4);
    assertThrows(
        IllegalArgumentException.class,
        () -> new Problem(3, 4, 2, a, b, 3, Problem.Weights.FRESH, Epilogue.NONE));
  }

  @Test
  void warmRunsAllocateNothing() {
    Product product = new Product(Problem.rowMajor(30, 40, 50), new Random(SEED));
    GemmPlan plan = Gemm.plan(product.problem, Lanes.widest(), new KernelCache());
    Product.warmUp(plan);
    assertEquals(0, new AllocationProbe().bytesOfWarmRuns(plan), 200_000);
  }
}
