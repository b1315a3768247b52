package dev.merapi.kernels.conv;

import static dev.merapi.kernels.conv.ConvRun.assertSameBits;
import static dev.merapi.kernels.conv.ConvRun.run;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.merapi.graph.ConvGeometry;
import dev.merapi.graph.Dim;
import dev.merapi.graph.ScalarFn;
import dev.merapi.graph.ScalarPrimitive;
import dev.merapi.graph.WindowGeometry;
import dev.merapi.kernels.conv.ConvRun.Operand;
import dev.merapi.kernels.ir.MemoryType;
import dev.merapi.kernels.product.Problem.Weights;
import dev.merapi.kernels.product.TileEpilogue;
import dev.merapi.kernels.product.TileEpilogue.Span;
import dev.merapi.kernels.target.Target;
import dev.merapi.kernels.target.TestTargets;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class PooledConvTest {
  private static final int BATCH = 2;

  /// `sum + operand`.
  private static TileEpilogue plus(Span span) {
    ScalarFn sum = ScalarFn.apply(ScalarPrimitive.ADD, List.of(ScalarFn.arg(0), ScalarFn.arg(1)));
    return TileEpilogue.of(sum, List.of(new TileEpilogue.Operand(span, MemoryType.F32)));
  }

  private static TileEpilogue bias() {
    return plus(Span.ROWS);
  }

  /// A pooled kernel does not take it.
  private static TileEpilogue byPosition() {
    return plus(Span.COLUMNS);
  }

  static Stream<Target> targets() {
    return TestTargets.all().stream();
  }

  /// Those of plain sums, and one by Winograd's method with an odd number of lines and columns.
  private static List<ConvGeometry> geometries() {
    Stream<ConvGeometry> plain =
        IntStream.of(2, 3, 4, 6, 7, 9, 10, 13).mapToObj(i -> ConvCase.all().get(i).geometry());
    return Stream.concat(plain, Stream.of(winograd())).toList();
  }

  private static ConvGeometry winograd() {
    List<Long> ones = List.of(1L, 1L);
    var window = new WindowGeometry(List.of(3L, 3L), ones, ones, ones, ones);
    return new ConvGeometry(17, 20, 1, List.of(Dim.of(13), Dim.of(35)), window);
  }

  /// The greatest of each 2 x 2, NaN if one is.
  private static float[] pooled(ConvGeometry of, float[] y, float[] bias) {
    List<Dim> spatial = of.spatial();
    int height = (int) of.window().positions(0, spatial.get(0)).value();
    int width = (int) of.window().positions(1, spatial.get(1)).value();
    int rows = height / 2;
    int columns = width / 2;
    float[] result = new float[y.length / (height * width) * rows * columns];
    for (int at = 0; at < result.length; at++) {
      int plane = at / (rows * columns);
      int first = (plane * height + at / columns % rows * 2) * width + at % columns * 2;
      float greatest = Math.max(Math.max(y[first], y[first + 1]), y[first + width]);
      greatest = Math.max(greatest, y[first + width + 1]);
      result[at] = greatest + bias[plane % bias.length];
    }
    return result;
  }

  @ParameterizedTest
  @MethodSource("targets")
  void givesTheBitsOfConvolutionBiasAndPooling(Target target) {
    for (ConvGeometry each : geometries()) {
      ConvArrays arrays = new ConvArrays(each, BATCH, new Random(3));
      arrays.x[arrays.x.length / 3] = Float.NaN;
      arrays.x[arrays.x.length / 2] = Float.NEGATIVE_INFINITY;
      float[] bias = ConvArrays.values(arrays.outChannels(), new Random(4));
      float[] y = each.equals(winograd()) ? arrays.forwardByWinograd() : arrays.forward();
      float[] want = pooled(each, y, bias);
      for (Weights weights : Weights.values()) {
        var plan = ConvPlan.forwardPooled(each, BATCH, weights, bias(), target);
        Operand operand = new Operand(bias, 0, 0);
        for (String heat : List.of("cold", "hot")) {
          for (int parts = 1; parts <= 3; parts++) {
            float[] got = run(plan, arrays.x, arrays.w, want.length, parts, operand);
            assertSameBits(want, got, each + ", " + heat + ", parts=" + parts);
          }
          ConvRun.adopt(plan);
        }
      }
    }
  }

  @Test
  void isOfferedForOneBlockOfSumsAndOperandsByChannel() {
    assertTrue(ConvPlan.canPool(winograd(), bias()));
    assertTrue(ConvPlan.canPool(ConvCase.all().get(2).geometry(), TileEpilogue.NONE));
    assertFalse(ConvPlan.canPool(winograd(), byPosition()));
    assertFalse(ConvPlan.canPool(ConvCase.all().get(8).geometry(), TileEpilogue.NONE));
  }
}
