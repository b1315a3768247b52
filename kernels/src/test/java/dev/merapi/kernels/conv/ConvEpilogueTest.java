package dev.merapi.kernels.conv;

import static dev.merapi.kernels.conv.ConvRun.assertSameBits;

import dev.merapi.graph.ScalarFn;
import dev.merapi.graph.ScalarPrimitive;
import dev.merapi.kernels.conv.ConvRun.Operand;
import dev.merapi.kernels.ir.MemoryType;
import dev.merapi.kernels.product.Problem.Weights;
import dev.merapi.kernels.product.TileEpilogue;
import dev.merapi.kernels.product.TileEpilogue.Span;
import dev.merapi.kernels.target.Target;
import dev.merapi.kernels.target.TestTargets;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class ConvEpilogueTest {
  private static final int BATCH = 2;

  /// `sum * channel + position + element`.
  private static TileEpilogue affine() {
    ScalarFn scaled =
        ScalarFn.apply(
            ScalarPrimitive.FMA, List.of(ScalarFn.arg(0), ScalarFn.arg(1), ScalarFn.arg(2)));
    return TileEpilogue.of(
        ScalarFn.apply(ScalarPrimitive.ADD, List.of(scaled, ScalarFn.arg(3))),
        Stream.of(Span.ROWS, Span.COLUMNS, Span.MATRIX)
            .map(span -> new TileEpilogue.Operand(span, MemoryType.F32))
            .toList());
  }

  static Stream<Target> targets() {
    return TestTargets.all().stream();
  }

  /// Compares with the epilogue applied to the plain sums, seen as `[images,channels,positions]`.
  private static void check(
      ConvPlan plan, float[] first, float[] second, float[] sums, int channels, int positions) {
    Random random = new Random(5);
    float[] byChannel = ConvArrays.values(channels, random);
    float[] byPosition = ConvArrays.values(positions, random);
    float[] byElement = ConvArrays.values(sums.length, random);
    float[] want = new float[sums.length];
    for (int i = 0; i < want.length; i++) {
      float channel = byChannel[i / positions % channels];
      want[i] = Math.fma(sums[i], channel, byPosition[i % positions]) + byElement[i];
    }
    long channelBytes = 4L * positions;
    Operand[] operands = {
      new Operand(byChannel, 0, 0),
      new Operand(byPosition, 0, 0),
      new Operand(byElement, channelBytes, channels * channelBytes)
    };
    assertSameBits(want, ConvRun.run(plan, first, second, want.length, 2, operands), "cold");
    ConvRun.adopt(plan);
    assertSameBits(want, ConvRun.run(plan, first, second, want.length, 1, operands), "hot");
    assertSameBits(want, ConvRun.run(plan, first, second, want.length, 3, operands), "hot");
  }

  @ParameterizedTest
  @MethodSource("targets")
  void operandsMeetTheirElementsInEveryRole(Target target) {
    for (int index : new int[] {4, 7, 10}) {
      ConvCase each = ConvCase.all().get(index);
      ConvArrays arrays = new ConvArrays(each.geometry(), BATCH, new Random(3));
      ConvPlan forward = ConvPlan.forward(each.geometry(), BATCH, Weights.FRESH, affine(), target);
      check(
          forward, arrays.x, arrays.w, arrays.forward(), arrays.outChannels(), arrays.positions());
      ConvPlan data = ConvPlan.data(each.geometry(), BATCH, Weights.PACKED, affine(), target);
      int channels = (int) each.geometry().inChannels();
      check(data, arrays.y, arrays.w, arrays.data(), channels, arrays.x.length / BATCH / channels);
      ConvPlan filter = ConvPlan.filter(each.geometry(), BATCH, affine(), target);
      int inputs = channels / (int) each.geometry().groups();
      int taps = arrays.w.length / inputs / arrays.outChannels();
      check(filter, arrays.x, arrays.y, arrays.filter(), inputs, taps);
    }
  }
}
