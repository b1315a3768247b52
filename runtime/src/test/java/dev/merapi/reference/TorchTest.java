package dev.merapi.reference;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;

import dev.merapi.graph.Contract.Conv;
import dev.merapi.graph.Contract.Dot;
import dev.merapi.graph.Contract.Role;
import dev.merapi.graph.ConvGeometry;
import dev.merapi.graph.Dim;
import dev.merapi.graph.GraphBuilder;
import dev.merapi.graph.Monoid;
import dev.merapi.graph.Op;
import dev.merapi.graph.Reduce.Fold;
import dev.merapi.graph.Reduce.Window;
import dev.merapi.graph.Reduce.WindowGrad;
import dev.merapi.graph.TensorType;
import dev.merapi.graph.Value;
import dev.merapi.graph.WindowGeometry;
import dev.merapi.samples.Fixture;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Against results of PyTorch: `torch.txt`, made by `make_torch.py` beside it.
class TorchTest {
  private static final Fixture RECORDED = Fixture.of(TorchTest.class, "torch.txt");

  private static double[] recorded(String name) {
    return RECORDED.get(name);
  }

  /// Runs one operation on recorded operands.
  private static double[] run(Op op, Map<String, TensorType> operands) {
    var builder = new GraphBuilder("torch");
    var values = new ArrayList<Value>();
    var bindings = new HashMap<String, double[]>();
    operands.forEach((name, type) -> {
      values.add(builder.input(name, type));
      bindings.put(name, recorded(name));
    });
    builder.output("y", builder.add(op, values).result());
    return Interpreter.run(builder.build(), bindings).output("y");
  }

  private static Map<String, TensorType> operands(
      String first, TensorType firstType, String second, TensorType secondType) {
    var operands = new LinkedHashMap<String, TensorType>();
    operands.put(first, firstType);
    operands.put(second, secondType);
    return operands;
  }

  /// Lists of sizes are written `3x2`.
  private static List<Long> sizes(String text) {
    return Arrays.stream(text.split("x", -1)).map(Long::valueOf).toList();
  }

  private static WindowGeometry window(
      String kernel, String strides, String low, String high, String dilations) {
    return new WindowGeometry(
        sizes(kernel), sizes(strides), sizes(low), sizes(high), sizes(dilations));
  }

  @ParameterizedTest
  @CsvSource({
    "plain,     2, 3, 4, 1, 5x6,   3x2,   1x1,   0x0,   0x0,   1x1",
    "strided,   1, 2, 3, 1, 7x8,   3x3,   2x3,   1x2,   1x2,   1x1",
    "grouped,   2, 4, 6, 2, 6x5,   2x3,   1x1,   0x0,   0x0,   2x1",
    "depthwise, 2, 3, 3, 3, 9,     4,     2,     0,     3,     1",
    "volume,    1, 2, 2, 1, 3x4x3, 2x3x2, 2x2x2, 1x1x1, 1x1x1, 1x1x1",
  })
  void convolvesInEveryRole(
      String name,
      long batch,
      long in,
      long out,
      long groups,
      String spatial,
      String kernel,
      String strides,
      String low,
      String high,
      String dilations) {
    var dims = sizes(spatial).stream().map(Dim::of).toList();
    WindowGeometry window = window(kernel, strides, low, high, dilations);
    var geometry = new ConvGeometry(in, out, groups, dims, window);
    TensorType x = geometry.input(Dim.of(batch));
    TensorType w = geometry.filter();
    TensorType y = geometry.output(Dim.of(batch));
    String at = "conv." + name;
    assertArrayEquals(
        recorded(at + ".y"),
        run(new Conv(Role.FORWARD, geometry), operands(at + ".x", x, at + ".w", w)));
    assertArrayEquals(
        recorded(at + ".dx"),
        run(new Conv(Role.DATA, geometry), operands(at + ".dy", y, at + ".w", w)));
    assertArrayEquals(
        recorded(at + ".dw"),
        run(new Conv(Role.FILTER, geometry), operands(at + ".x", x, at + ".dy", y)));
  }

  @ParameterizedTest
  @CsvSource({
    "max.plain,       MAX, 2x2x4x6, 2x2, 2x2, 0x0, 0x0, 1x1",
    "max.overlapping, MAX, 1x2x5x7, 3x3, 2x2, 1x1, 1x1, 1x1",
    "max.dilated,     MAX, 2x1x9,   3,   1,   0,   0,   2",
    "sum.padded,      SUM, 1x2x3x6, 2x3, 1x2, 1x1, 1x1, 1x1",
  })
  void poolsAndSpreadsGradients(
      String name,
      Monoid monoid,
      String shape,
      String kernel,
      String strides,
      String low,
      String high,
      String dilations) {
    WindowGeometry geometry = window(kernel, strides, low, high, dilations);
    TensorType x = TensorType.f32(sizes(shape).toArray());
    TensorType y = new Window(monoid, geometry).infer(List.of(x)).getFirst();
    assertArrayEquals(
        recorded(name + ".y"), run(new Window(monoid, geometry), Map.of(name + ".x", x)), 1e-12);
    assertArrayEquals(
        recorded(name + ".dx"),
        run(new WindowGrad(monoid, geometry), operands(name + ".x", x, name + ".dy", y)),
        1e-12);
  }

  @Test
  void multipliesAlongAnyAxes() {
    assertArrayEquals(
        recorded("dot.batched.y"),
        run(
            new Dot(List.of(1), List.of(0), List.of(0), List.of(2)),
            operands(
                "dot.batched.a",
                TensorType.f32(3, 2, 4),
                "dot.batched.b",
                TensorType.f32(2, 5, 3))));
    assertArrayEquals(
        recorded("dot.twice.y"),
        run(
            new Dot(List.of(), List.of(), List.of(0, 2), List.of(2, 0)),
            operands(
                "dot.twice.a", TensorType.f32(3, 2, 5), "dot.twice.b", TensorType.f32(5, 4, 3))));
  }

  @Test
  void foldsSeveralAxes() {
    assertArrayEquals(
        recorded("amax.y"),
        run(new Fold(Monoid.MAX, List.of(0, 2)), Map.of("amax.x", TensorType.f32(3, 2, 4))));
  }
}
