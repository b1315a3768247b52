package dev.merapi.tests;

import static dev.merapi.Model.input;
import static dev.merapi.graph.TensorType.f32;
import static dev.merapi.nn.Layers.avgPool;
import static dev.merapi.nn.Layers.conv2d;
import static dev.merapi.nn.Layers.maxPool;
import static dev.merapi.nn.Padding.SAME;
import static dev.merapi.optim.Sgd.sgd;
import static dev.merapi.train.Reduction.SUM;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.merapi.Backends;
import dev.merapi.CompileOptions;
import dev.merapi.Model;
import dev.merapi.RandomKey;
import dev.merapi.Tensor;
import dev.merapi.TrainOptions;
import dev.merapi.TrainStep;
import dev.merapi.graph.Shape;
import dev.merapi.memory.HostTensor;
import dev.merapi.nn.Conv2d;
import dev.merapi.nn.Initializers;
import dev.merapi.nn.Module;
import dev.merapi.nn.Parameter;
import dev.merapi.nn.Pool2d;
import dev.merapi.samples.Fixture;
import dev.merapi.spi.BackendProvider;
import dev.merapi.train.Loss;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// Paddings of all kinds, sizes that are rounded up and averages without padding, with their
/// gradients: against PyTorch, on every backend. `windows.txt` is made by the script beside it.
class WindowsTest {
  private static final Fixture RECORDED = Fixture.of(WindowsTest.class, "torch/windows.txt");
  private static final Map<String, Module> CASES = cases();

  private static Map<String, Module> cases() {
    var cases = new LinkedHashMap<String, Module>();
    for (String name : names()) {
      String[] parts = name.split("\\.");
      switch (parts[0] + "." + parts[1]) {
        case "max.rectangle" -> cases.put(name, maxPool(1, 3).stride(2, 1));
        case "max.sides" -> cases.put(name, maxPool(2).stride(1).padding(0, 1, 1, 0));
        case "conv.same" ->
            cases.put(name, conv(parts[2]).dilation(number(parts[3])).padding(SAME));
        case "conv.strided" ->
            cases.put(name, conv(parts[2]).stride(number(parts[3])).padding(SAME));
        case "conv.sides" -> {
          Conv2d sides = conv("3").padding(1, 2, 3, 0);
          cases.put(name, name.endsWith("stride") ? sides.stride(2) : sides);
        }
        case "avg.strided" ->
            cases.put(
                name,
                avgPool(number(parts[2])).stride(number(parts[3])).padding(SAME).ignoringPadding());
        default -> cases.put(name, pool(parts));
      }
    }
    return cases;
  }

  private static long number(String text) {
    return Long.parseLong(text);
  }

  private static Conv2d conv(String kernel) {
    return conv2d(2, 2, number(kernel)).withoutBias();
  }

  private static Pool2d pool(String... parts) {
    long kernel = number(parts[2]);
    Pool2d plain = parts[0].equals("max") ? maxPool(kernel) : avgPool(kernel);
    Pool2d placed = plain.stride(number(parts[3])).padding(number(parts[4]));
    Pool2d rounded = name(parts, "ceil") ? placed.ceilMode() : placed;
    return name(parts, "image") ? rounded.ignoringPadding() : rounded;
  }

  private static boolean name(String[] parts, String option) {
    return Arrays.asList(parts).contains(option);
  }

  private static List<String> names() {
    return RECORDED.arrays().keySet().stream()
        .filter(name -> name.endsWith(".shape"))
        .map(name -> name.substring(0, name.lastIndexOf('.')))
        .toList();
  }

  static Stream<String> backends() {
    return Backends.all().stream().filter(each -> each.probe().usable()).map(BackendProvider::name);
  }

  /// A layer over numbers that have a gradient: they are a parameter.
  private static final class Over extends Module {
    private final Module layer;
    private final Parameter x;

    Over(Module layer, Shape shape) {
      this.layer = child("layer", layer);
      x = parameter("x", shape, Initializers.zeros());
    }

    @Override
    protected Tensor forward(Tensor zero) {
      return layer.apply(x.tensor()).plus(zero);
    }
  }

  private static final Loss HALF_SQUARES =
      Loss.of("half squares", (output, _) -> output.square().times(0.5)).reduction(SUM);

  @ParameterizedTest
  @MethodSource("backends")
  void valuesAndGradientsFollowPyTorch(String backend) {
    CASES.forEach((name, layer) -> check(backend, name, layer));
  }

  private static void check(String backend, String name, Module layer) {
    float[] x = RECORDED.floats(name + ".x");
    Model model = Model.of(new Over(layer, image(name, x)), input("zero", f32(1)), RandomKey.of(0));
    model.parameter("x").copyFrom(x);
    boolean weighted = model.parameters().containsKey("layer.weight");
    if (weighted) {
      model.parameter("layer.weight").copyFrom(RECORDED.floats(name + ".w"));
    }
    TrainOptions options = TrainOptions.of(HALF_SQUARES, sgd(1));
    TrainOptions frozen = weighted ? options.freeze("layer.*") : options;
    try (TrainStep step = model.trainStep(frozen, CompileOptions.on(backend))) {
      step.run();
      HostTensor y = step.output("output");
      double[] shape = RECORDED.get(name + ".shape");
      assertArrayEquals(
          Arrays.stream(shape).mapToLong(size -> (long) size).toArray(), y.shape().toArray(), name);
      assertArrayEquals(RECORDED.floats(name + ".y"), y.toFloats(), 1e-4f, name);
      float[] after = step.state().get("x").toFloats();
      float[] gradient = RECORDED.floats(name + ".dx");
      for (int i = 0; i < x.length; i++) {
        assertEquals(x[i] - gradient[i], after[i], 1e-3, name + " gradient " + i);
      }
    }
  }

  private static Shape image(String name, float... x) {
    String[] parts = name.split("\\.");
    if (parts[1].contains("x") && !parts[1].startsWith("rect")) {
      String[] sizes = parts[1].split("x");
      return Shape.of(1, 1, number(sizes[0]), number(sizes[1]));
    }
    return switch (x.length) {
      case 12 -> Shape.of(1, 2, 1, 6);
      case 40 -> Shape.of(1, 2, 4, 5);
      default -> Shape.of(1, 2, 6, 7);
    };
  }

  @Test
  void everyKindIsAmongThem() {
    assertEquals(
        List.of("max", "avg", "conv"),
        CASES.keySet().stream().map(name -> name.split("\\.")[0]).distinct().toList());
  }
}
