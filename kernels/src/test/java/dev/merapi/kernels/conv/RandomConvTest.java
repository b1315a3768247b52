package dev.merapi.kernels.conv;

import static dev.merapi.kernels.conv.ConvRun.assertSameBits;

import dev.merapi.graph.ConvGeometry;
import dev.merapi.graph.Dim;
import dev.merapi.graph.WindowGeometry;
import dev.merapi.kernels.product.Problem.Weights;
import dev.merapi.kernels.product.TileEpilogue;
import dev.merapi.kernels.target.Target;
import dev.merapi.kernels.target.TestTargets;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/// Random geometries, in the memory of [ConvRun], which ends the JVM if a kernel leaves it.
class RandomConvTest {
  private static final int GEOMETRIES = 60;
  private static final int MOST_TAPS = 5;
  private static final int PARTS = 2;

  private final Random random = new Random(11);

  /// Kept, so that their kernels stay warm.
  private final List<ConvPlan> plans = new ArrayList<>();

  private long upTo(int most) {
    return 1 + random.nextInt(most);
  }

  /// Sizes that fit, paddings and distances included, and every third one a problem for Winograd's
  /// method.
  private ConvGeometry geometry(int index) {
    boolean winograd = index % 3 == 0;
    long groups = upTo(2);
    long inputs = groups * (winograd ? 15 + upTo(20) : upTo(9));
    long outputs = groups * (winograd ? 15 + upTo(20) : upTo(20));
    long padding = upTo(3) - 1;
    List<Dim> spatial = new ArrayList<>();
    List<List<Long>> window = List.of(list(), list(), list(), list(), list());
    for (int axis = 0; axis < 2; axis++) {
      long taps = winograd ? 3 : upTo(MOST_TAPS);
      long dilation = winograd ? 1 : upTo(2);
      long low = winograd ? padding : upTo(3) - 1;
      long high = winograd ? padding : upTo(3) - 1;
      long reach = (taps - 1) * dilation + 1;
      long least = winograd ? 11 : Math.max(1, reach - low - high);
      spatial.add(Dim.of(least - 1 + upTo(24)));
      List<Long> values = List.of(taps, winograd ? 1 : upTo(3), low, high, dilation);
      for (int i = 0; i < values.size(); i++) {
        window.get(i).add(values.get(i));
      }
    }
    var geometry =
        new WindowGeometry(
            window.get(0), window.get(1), window.get(2), window.get(3), window.get(4));
    return new ConvGeometry(inputs, outputs, groups, spatial, geometry);
  }

  private static List<Long> list() {
    return new ArrayList<>();
  }

  @Test
  void haveTheBitsOfTheirDefinitionsAndStayInTheirMemory() {
    for (int i = 0; i < GEOMETRIES; i++) {
      ConvGeometry each = geometry(i);
      int batch = (int) upTo(3);
      var arrays = new ConvArrays(each, batch, random);
      Target target = TestTargets.all().get(i % TestTargets.all().size());
      for (Weights weights : Weights.values()) {
        var forward = ConvPlan.forward(each, batch, weights, TileEpilogue.NONE, target);
        check(each, forward, arrays.x, arrays.w, forwardDefined(forward, arrays));
        if (ConvPlan.canPool(each, TileEpilogue.NONE)) {
          var pooled = ConvPlan.forwardPooled(each, batch, weights, TileEpilogue.NONE, target);
          float[] cold = ConvRun.run(pooled, arrays.x, arrays.w, pooledLength(each, batch), PARTS);
          check(each, pooled, arrays.x, arrays.w, cold);
        }
        var data = ConvPlan.data(each, batch, weights, TileEpilogue.NONE, target);
        check(each, data, arrays.y, arrays.w, dataDefined(data, arrays));
      }
      var filter = ConvPlan.filter(each, batch, TileEpilogue.NONE, target);
      check(each, filter, arrays.x, arrays.y, arrays.filter());
    }
  }

  private static int pooledLength(ConvGeometry of, int batch) {
    long length = batch * of.outChannels();
    for (int axis = 0; axis < 2; axis++) {
      length *= of.window().positions(axis, of.spatial().get(axis)).value() / 2;
    }
    return (int) length;
  }

  private static float[] forwardDefined(ConvPlan plan, ConvArrays arrays) {
    return plan instanceof WinogradPlan ? arrays.forwardByWinograd() : arrays.forward();
  }

  private static float[] dataDefined(ConvPlan plan, ConvArrays arrays) {
    return plan instanceof WinogradPlan ? arrays.dataByWinograd() : arrays.data();
  }

  /// The twins and the vectors.
  private void check(
      ConvGeometry of, ConvPlan plan, float[] first, float[] second, float[] expected) {
    plans.add(plan);
    for (String heat : List.of("cold", "warm")) {
      float[] actual = ConvRun.run(plan, first, second, expected.length, PARTS);
      assertSameBits(expected, actual, heat + " " + of + " " + plan);
      ConvRun.adopt(plan);
    }
  }
}
