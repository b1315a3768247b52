package dev.merapi.kernels.loop;

import static dev.merapi.kernels.loop.NestMaker.buffer;
import static dev.merapi.kernels.loop.NestMaker.loops;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.merapi.graph.DType;
import dev.merapi.graph.Monoid;
import dev.merapi.kernels.loop.NestRun.Form;
import dev.merapi.spi.Buffer;
import dev.merapi.spi.LoopNest;
import java.util.Arrays;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/// Sums keep their digits however long they are, and have the bits of their definition at every
/// width.
class LongSumsTest {
  private static final int MANY = 100_000_000;
  private static final double TOLERANCE = 1e-6;
  private static final int PARTIALS = 16;
  private static final int CHAIN = 32;

  private static final Buffer OUT = buffer(1, DType.F32, 1);

  /// A sum over the folded loops of an array.
  private static LoopNest sum(Buffer out, int outer, long[] extents, long[] strides) {
    long elements = 1;
    for (int i = 0; i < extents.length; i++) {
      elements += strides[i] * (extents[i] - 1);
    }
    var nest = loops(outer, extents);
    int sum = nest.fold(Monoid.SUM, nest.load(buffer(0, DType.F32, elements), 0, strides));
    nest.point();
    long[] target = new long[extents.length];
    target[0] = out == OUT ? 0 : 1;
    return nest.store(out, sum, 0, target).nest("long sum");
  }

  private static LoopNest row(int n) {
    return sum(OUT, 1, new long[] {1, n}, new long[] {0, 1});
  }

  @ParameterizedTest
  @ValueSource(floats = {1f, 0.7f, 0.1f})
  void manyEqualTermsAlongTheVectors(float term) {
    LoopNest nest = sum(OUT, 1, new long[] {1, MANY}, new long[] {0, 0});
    assertMany(nest, OUT, MANY, term);
  }

  @ParameterizedTest
  @ValueSource(floats = {1f, 0.7f, 0.1f})
  void manyEqualTermsAcrossTheVectors(float term) {
    Buffer two = buffer(1, DType.F32, 2);
    LoopNest nest = sum(two, 1, new long[] {2, MANY}, new long[] {1, 0});
    assertMany(nest, two, MANY, term);
  }

  /// The longest sums that are still in floats.
  @ParameterizedTest
  @ValueSource(ints = {CHAIN, CHAIN + 1, 2 * PARTIALS * CHAIN})
  void asManyEqualTermsAsFloatsTake(int terms) {
    for (float term : new float[] {1, 0.7f, 0.1f, 1 / 3f, 1.9999999f}) {
      assertMany(row(terms), OUT, terms, term);
      Buffer columns = buffer(1, DType.F32, 19);
      LoopNest across = sum(columns, 1, new long[] {19, terms}, new long[] {1, 19});
      assertMany(across, columns, terms, term);
    }
  }

  private static void assertMany(LoopNest nest, Buffer out, int terms, float term) {
    try (NestRun run = new NestRun(nest, LoopKernelTest.machineLanes()[0])) {
      Arrays.fill(contents(run, nest), Float.floatToRawIntBits(term));
      double[] sums = NestRun.doubles(out, run.run(Form.TWIN).get(out));
      for (double sum : sums) {
        double right = (double) terms * term;
        assertEquals(right, sum, TOLERANCE * right);
      }
    }
  }

  /// Elements per row, rows of folded loops around them.
  static Stream<int[]> shapes() {
    return Stream.of(
        new int[] {5, 1},
        new int[] {16, 1},
        new int[] {257, 1},
        new int[] {1024, 1},
        new int[] {1025, 1},
        new int[] {1087, 1},
        new int[] {4099, 1},
        new int[] {7, 50},
        new int[] {49, 33},
        new int[] {300, 3});
  }

  @ParameterizedTest
  @MethodSource("shapes")
  void rowsHaveTheBitsOfTheDefinition(int[] shape) {
    int n = shape[0];
    int rows = shape[1];
    // a gap behind each row keeps the loops apart
    LoopNest nest =
        rows == 1 ? row(n) : sum(OUT, 1, new long[] {1, rows, n}, new long[] {0, n + 1, 1});
    assertBits(nest, 1, (_, row, j) -> row * (n + 1) + j, rows, n);
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 7, 32, 33, 100, 1000})
  void columnsHaveTheBitsOfTheDefinition(int rows) {
    int columns = 19;
    Buffer out = buffer(1, DType.F32, columns);
    LoopNest nest = sum(out, 1, new long[] {columns, rows}, new long[] {1, columns});
    assertBits(nest, columns, (column, row, _) -> row * columns + column, rows, 1);
  }

  private interface Place {
    int of(int point, int row, int element);
  }

  private static void assertBits(LoopNest nest, int points, Place place, int rows, int n) {
    for (var lanes : LoopKernelTest.machineLanes()) {
      try (NestRun run = new NestRun(nest, lanes)) {
        int[] in = contents(run, nest);
        Buffer out = buffer(1, DType.F32, points);
        for (Form form : Form.values()) {
          int[] bits = run.run(form).get(out);
          for (int point = 0; point < points; point++) {
            float right = defined(in, point, place, rows, n);
            assertEquals(
                right, Float.intBitsToFloat(bits[point]), lanes + " " + form + " " + point);
          }
        }
      }
    }
  }

  private static int[] contents(NestRun run, LoopNest nest) {
    return run.contents(
        nest.stages().getFirst().inner().stream()
            .filter(LoopNest.Instr.Load.class::isInstance)
            .map(load -> ((LoopNest.Instr.Load) load).access().buffer())
            .findFirst()
            .orElseThrow());
  }

  /// The definition, term by term. In this body turns of two times 16 elements come first where a
  /// row is long enough for four of 16 and floats do.
  private static float defined(int[] in, int point, Place place, int rows, int n) {
    int wide = n == 1 ? 1 : n >= 4 * PARTIALS ? 2 * PARTIALS : PARTIALS;
    boolean isLong = rows * turns(n, wide) > CHAIN;
    int width = isLong ? Math.min(wide, PARTIALS) : wide;
    double[] sums = new double[width];
    float[] chains = new float[width];
    int begun = 0;
    for (int row = 0; row < rows; row++) {
      for (int j = 0; j < n; j++) {
        int p = j % (j < n / width * width ? width : Math.min(width, PARTIALS));
        chains[p] += Float.intBitsToFloat(in[place.of(point, row, j)]);
        boolean turnEnds = (j + 1) % width == 0 || j + 1 == n;
        begun += turnEnds ? 1 : 0;
        boolean chainEnds =
            n == 1 ? begun % CHAIN == 0 : (j + 1) % (CHAIN * width) == 0 || j + 1 == n;
        if (isLong && (chainEnds || (row + 1 == rows && j + 1 == n))) {
          takeIn(chains, sums);
        }
      }
    }
    return isLong ? join(sums) : join(chains);
  }

  private static int turns(int n, int width) {
    return n / width + Math.ceilDiv(n % width, PARTIALS);
  }

  private static void takeIn(float[] chains, double[] sums) {
    for (int p = 0; p < sums.length; p++) {
      sums[p] += chains[p];
      chains[p] = 0;
    }
  }

  private static float join(double[] sums) {
    for (int half = sums.length / 2; half > 0; half /= 2) {
      for (int i = 0; i < half; i++) {
        sums[i] += sums[i + half];
      }
    }
    return (float) sums[0];
  }

  private static float join(float[] sums) {
    for (int half = sums.length / 2; half > 0; half /= 2) {
      for (int i = 0; i < half; i++) {
        sums[i] += sums[i + half];
      }
    }
    return sums[0];
  }

  @Test
  void infinitiesAndNaNStayWhatAPlainSumMakesOfThem() {
    LoopNest nest = row(5000);
    float infinity = Float.POSITIVE_INFINITY;
    assertSum(infinity, nest, infinity, 1);
    assertSum(-infinity, nest, -infinity, -infinity);
    assertSum(Float.NaN, nest, infinity, -infinity);
    assertSum(Float.NaN, nest, Float.NaN, 1);
    assertSum(infinity, nest, Float.MAX_VALUE, Float.MAX_VALUE);
  }

  private static void assertSum(float expected, LoopNest nest, float first, float second) {
    for (var lanes : LoopKernelTest.machineLanes()) {
      try (NestRun run = new NestRun(nest, lanes)) {
        int[] in = contents(run, nest);
        Arrays.fill(in, 0);
        in[3] = Float.floatToRawIntBits(first);
        in[3 + 16 * 40] = Float.floatToRawIntBits(second);
        for (Form form : Form.values()) {
          int[] bits = run.run(form).get(OUT);
          assertEquals(expected, Float.intBitsToFloat(bits[0]), lanes + " " + form);
        }
      }
    }
  }

  /// Nests of every sample, at sizes on both sides of where sums become long.
  static Stream<SampleNests> samples() {
    return Arrays.stream(SampleNests.values());
  }

  @ParameterizedTest
  @MethodSource("samples")
  void everyWidthGivesTheSameBits(SampleNests sample) {
    for (int size : IntStream.of(1, 3, 5, 7, 9, 15, 16, 33, 64, 97, 515, 1009, 2051).toArray()) {
      LoopKernelTest.assertSameBitsAtEveryWidth(sample.of(size), sample + " " + size);
    }
  }
}
