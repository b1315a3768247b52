package dev.merapi.compiler;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.merapi.autodiff.Differentiate;
import dev.merapi.graph.Contract;
import dev.merapi.graph.ConvGeometry;
import dev.merapi.graph.DType;
import dev.merapi.graph.Dim;
import dev.merapi.graph.Graph;
import dev.merapi.graph.GraphBuilder;
import dev.merapi.graph.Index;
import dev.merapi.graph.Literal;
import dev.merapi.graph.Monoid;
import dev.merapi.graph.ScalarFn;
import dev.merapi.graph.Shape;
import dev.merapi.graph.TensorType;
import dev.merapi.graph.Value;
import dev.merapi.graph.View;
import dev.merapi.graph.WindowGeometry;
import dev.merapi.ops.Compose;
import dev.merapi.reference.Interpreter;
import dev.merapi.spi.LoopLimits;
import dev.merapi.spi.LoopNest.Instr;
import dev.merapi.spi.Program;
import dev.merapi.spi.Region;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/// A lowered program computes what its graph means, in the memory that was planned.
class LoweringTest {
  private static final ScalarFn RELU =
      ScalarFn.arg(0).lessThan(ScalarFn.f32(0)).select(ScalarFn.f32(0), ScalarFn.arg(0));
  private static final ScalarFn ADD = ScalarFn.arg(0).plus(ScalarFn.arg(1));
  private static final ScalarFn MUL = ScalarFn.arg(0).times(ScalarFn.arg(1));

  private final GraphBuilder builder = new GraphBuilder("test");
  private final Map<String, double[]> bindings = new HashMap<>();
  private final Random random = new Random(7);

  private Value input(String label, Object... sizes) {
    return random(builder.input(label, TensorType.f32(sizes)), label);
  }

  private Value parameter(String label, Object... sizes) {
    return random(builder.parameter(label, TensorType.f32(sizes)), label);
  }

  private Value random(Value value, String label) {
    var data = new double[Math.toIntExact(value.shape().elements())];
    for (int i = 0; i < data.length; i++) {
      data[i] = (float) random.nextGaussian();
    }
    bindings.put(label, data);
    return value;
  }

  private Program check() {
    Graph graph = builder.build();
    Program program = Lowering.lower(graph, Program.Parameters.LIVE, LoopLimits.COMMON);
    var expected = Interpreter.run(graph, bindings);
    var actual = ProgramInterpreter.run(program, bindings);
    expected.outputs().forEach((label, data) -> close(label, data, actual.output(label)));
    expected
        .state()
        .forEach(
            (label, data) -> close(label, data, Objects.requireNonNull(actual.state().get(label))));
    assertEquals(expected.outputs().keySet().size(), actual.outputs().size());
    return program;
  }

  private static void close(String label, double[] expected, double[] actual) {
    assertArrayEquals(expected, actual, 1e-9, label);
  }

  private static long loops(Program program) {
    return program.regions().stream().filter(Region.Loops.class::isInstance).count();
  }

  @Test
  void mapChainIsOneLoopOfOneDimension() {
    Value x = input("x", 3, 4, 5);
    Value y = builder.map(MUL, builder.map(ADD, x, builder.constant(2)), x);
    builder.output("y", builder.map(RELU, y));
    Program program = check();
    assertEquals(1, program.regions().size());
    var nest = ((Region.Loops) program.regions().getFirst()).nest();
    assertEquals(List.of(60L), nest.extents());
  }

  /// Two loops are one, but not where an int would not count its elements.
  @Test
  void noLoopIsMadeLongerThanIntsCount() {
    long side = 1 << 16;
    Value x = builder.input("x", TensorType.f32(side, side));
    builder.output("y", builder.map(RELU, x));
    Program program = Lowering.lower(builder.build(), Program.Parameters.LIVE, LoopLimits.COMMON);
    var nest = ((Region.Loops) program.regions().getFirst()).nest();
    assertEquals(List.of(side, side), nest.extents());
  }

  @Test
  void aMapIsNotFusedWithWhatReadsItTransposed() {
    Value x = builder.map(RELU, input("x", 5, 5));
    Value square = builder.map(MUL, x, x);
    Value turned = builder.permute(square, List.of(1, 0));
    builder.output("y", builder.map(ADD, x, turned));
    builder.output("z", builder.map(ADD, x, builder.permute(x, List.of(1, 0))));
    check();
  }

  @Test
  void aMapThatIsTooLargeForAKernelRunsBeforeIt() {
    ScalarFn large = ScalarFn.arg(0);
    while (ScalarCost.of(large) < 145) {
      large = large.plus(ScalarFn.arg(0)).times(ScalarFn.f32(0.9));
    }
    Value x = builder.map(RELU, input("x", 6));
    Value moved = builder.map(ADD, builder.map(MUL, x, x), x);
    Value y = builder.map(large, moved);
    builder.output("y", builder.map(ADD, builder.map(MUL, moved, moved), y));
    assertEquals(2, check().regions().size());
  }

  @Test
  void softmaxIsOneKernel() {
    Value x = input("x", 6, 10);
    builder.output("y", Compose.softmax(builder, x, 1));
    assertEquals(1, check().regions().size());
  }

  @Test
  void softmaxAlongTheFirstAxisIsOneKernel() {
    Value x = input("x", 6, 10);
    builder.output("y", Compose.logSoftmax(builder, x, 0));
    assertEquals(1, check().regions().size());
  }

  @Test
  void biasAndActivationJoinTheProduct() {
    Value x = input("x", 4, 7);
    Value w = parameter("w", 5, 7);
    Value b = parameter("b", 5);
    var dot = new Contract.Dot(List.of(), List.of(), List.of(1), List.of(1));
    builder.output("y", builder.map(RELU, builder.map(ADD, builder.dot(dot, x, w), b)));
    Program program = check();
    assertEquals(1, program.regions().size());
  }

  @Test
  void biasAndActivationJoinTheConvolution() {
    Value x = input("x", 2, 3, 8, 8);
    Value w = parameter("w", 4, 3, 3, 3);
    Value b = parameter("b", 4);
    Value y =
        builder
            .add(new Contract.Conv(Contract.Role.FORWARD, geometry(3, 4)), List.of(x, w))
            .result();
    Value spread = builder.unfold(b, y.shape(), List.of(0, 2, 3));
    builder.output("y", builder.map(RELU, builder.map(ADD, y, spread)));
    assertEquals(1, check().regions().size());
  }

  private static ConvGeometry geometry(long in, long out) {
    var window = WindowGeometry.of(List.of(3L, 3L), List.of(1L, 1L), List.of(1L, 1L));
    return new ConvGeometry(in, out, 1, List.of(Dim.of(8), Dim.of(8)), window);
  }

  @Test
  void viewsNeedNoCopies() {
    Value x = input("x", 4, 6);
    Value turned = builder.permute(x, List.of(1, 0));
    Value part = builder.slice(turned, List.of(1L, 0L), Shape.of(2, 4), List.of(2L, 1L));
    Value flipped = builder.add(new View.Flip(List.of(1)), List.of(part)).result();
    builder.output("y", builder.map(ADD, flipped, builder.constant(1)));
    assertEquals(1, check().regions().size());
  }

  @Test
  void reshapeOfATransposeIsCopied() {
    Value x = input("x", 4, 6);
    Value turned = builder.permute(x, List.of(1, 0));
    Value flat = builder.reshape(turned, Shape.of(24));
    builder.output("y", builder.map(ADD, flat, builder.constant(1)));
    assertEquals(2, check().regions().size());
  }

  @Test
  void padConcatAndBroadcastAgree() {
    Value x = input("x", 2, 3);
    Literal one = Literal.splat(DType.F32, Shape.SCALAR, 1);
    Value padded =
        builder.pad(
            x, List.of(Dim.of(1), Dim.of(0)), List.of(Dim.of(0), Dim.of(2)), List.of(0L, 1L), one);
    Value both =
        builder
            .add(new View.Concat(0), List.of(padded, padded, builder.map(RELU, padded)))
            .result();
    builder.output("y", both);
    builder.output("z", builder.broadcast(x, Shape.of(4, 2, 3)));
    builder.output("x", x);
    check();
  }

  @Test
  void foldsOfFoldsAndEmptyFoldsAgree() {
    Value x = input("x", 4, 5, 6);
    Value rows = builder.fold(Monoid.SUM, builder.map(MUL, x, x), List.of(1));
    builder.output("max", builder.fold(Monoid.MAX, rows, List.of(0, 1)));
    builder.output(
        "arg",
        builder.map(
            ScalarFn.apply(dev.merapi.graph.ScalarPrimitive.TO_F32, ScalarFn.arg(0, DType.I32)),
            Compose.argMax(builder, x, 2)));
    Value empty = input("e", 3, 0);
    builder.output(
        "none", builder.map(ADD, builder.fold(Monoid.SUM, empty, List.of(1)), builder.constant(1)));
    check();
  }

  @Test
  void stateIsWrittenInPlaceAfterTheLastRead() {
    Value w = parameter("w", 3, 4);
    Value v = parameter("v", 3, 4);
    Value step = parameter("t");
    Value x = input("x", 2, 3);
    Value y = builder.dot(Contract.Dot.matrix(), x, w);
    Value loss = builder.fold(Monoid.SUM, builder.map(MUL, y, y), List.of(0, 1));
    Value g = Differentiate.gradients(builder, loss, List.of(w)).getFirst();
    Value nextStep = builder.map(ADD, step, builder.constant(1));
    Value nextV = builder.map(ADD, builder.map(MUL, v, builder.constant(0.9)), g);
    Value nextW =
        builder.map(
            ScalarFn.arg(0).minus(ScalarFn.arg(1).over(ScalarFn.arg(2))), w, nextV, nextStep);
    builder.store(w, nextW);
    builder.store(v, nextV);
    builder.store(step, nextStep);
    builder.output("loss", loss);
    Program program = check();
    assertTrue(
        program.buffers().stream()
            .noneMatch(b ->
                b.type().equals(w.type())
                    && b.space() == dev.merapi.spi.Buffer.Space.TEMPORARY
                    && b.label().equals("copy")));
    assertTrue(loops(program) <= 4, () -> "regions: " + program.regions());
  }

  @Test
  void parametersCanChangePlaces() {
    Value a = parameter("a", 3);
    Value b = parameter("b", 3);
    builder.store(a, b);
    builder.store(b, a);
    check();
  }

  @Test
  void oldValueReadLaterIsKept() {
    Value a = parameter("a", 3, 3);
    builder.store(a, builder.map(ADD, a, builder.permute(a, List.of(1, 0))));
    builder.output("sum", builder.fold(Monoid.SUM, a, List.of(0)));
    builder.output("old", a);
    check();
  }

  @Test
  void aScaleForEachChannelIsComputedOnceAndJoinsTheEpilogue() {
    var window = WindowGeometry.of(List.of(3L, 3L), List.of(1L, 1L), List.of(0L, 0L));
    var geometry = new ConvGeometry(2, 5, 1, List.of(Dim.of(6), Dim.of(7)), window);
    Value x = input("x", 3, 2, 6, 7);
    Value w = parameter("w", 5, 2, 3, 3);
    Value y =
        builder.add(new Contract.Conv(Contract.Role.FORWARD, geometry), List.of(x, w)).result();
    Value scale = builder.map(MUL, parameter("weight", 5), parameter("deviation", 5));
    Value shift = builder.map(ADD, parameter("bias", 5), scale);
    var spread = new View.Broadcast(y.shape(), List.of(1));
    Value scaled = builder.map(MUL, y, builder.add(spread, List.of(scale)).result());
    Value moved = builder.map(ADD, scaled, builder.add(spread, List.of(shift)).result());
    builder.output("y", builder.map(RELU, moved));
    List<Region> regions = check().regions();
    assertEquals(2, regions.size(), regions.toString());
    assertTrue(regions.getLast() instanceof Region.Convolution, regions.toString());
  }

  @Test
  void aKernelHasFewMemoryAccesses() {
    Value sum = input("x0", 8, 16);
    for (int i = 1; i < 20; i++) {
      sum = builder.map(ADD, sum, input("x" + i, 8, 16));
      if (i % 7 == 0) { // each is needed again, so that the fold begins another traversal
        Value mean = builder.fold(Monoid.SUM, sum, List.of(1));
        sum = builder.map(MUL, sum, builder.unfold(mean, sum.shape(), List.of(1)));
      }
    }
    builder.output("y", sum);
    List<Region> regions = check().regions();
    assertTrue(regions.size() > 1 && regions.size() < 8, regions.toString());
    for (Region region : regions) {
      long accesses =
          ((Region.Loops) region)
              .nest().stages().stream()
                  .flatMap(stage -> Stream.concat(stage.inner().stream(), stage.point().stream()))
                  .filter(each -> each instanceof Instr.Load || each instanceof Instr.Store)
                  .count();
      assertTrue(accesses <= 16, region.toString());
    }
  }

  @Test
  void trainingStepOfAConvolutionalNetworkAgrees() {
    Value x = input("x", 2, 3, 8, 8);
    Value w = parameter("w", 4, 3, 3, 3);
    Value b = parameter("b", 4);
    Value d = parameter("d", 5, 64);
    Value labels = builder.input("labels", TensorType.i32(2));
    bindings.put("labels", new double[] {3, 1});
    Value y =
        builder
            .add(new Contract.Conv(Contract.Role.FORWARD, geometry(3, 4)), List.of(x, w))
            .result();
    y = builder.map(RELU, builder.map(ADD, y, builder.unfold(b, y.shape(), List.of(0, 2, 3))));
    y =
        builder.window(
            Monoid.MAX, y, WindowGeometry.of(List.of(2L, 2L), List.of(2L, 2L), List.of(0L, 0L)));
    y = builder.reshape(y, Shape.of(2, 64));
    var dot = new Contract.Dot(List.of(), List.of(), List.of(1), List.of(1));
    Value logits = builder.dot(dot, y, d);
    Value picked =
        builder
            .add(new Index.Gather(1, 1), List.of(Compose.logSoftmax(builder, logits, 1), labels))
            .result();
    Value loss = builder.map(ScalarFn.arg(0).negate(), Compose.mean(builder, picked, 0));
    var parameters = List.of(w, b, d);
    var gradients = Differentiate.gradients(builder, loss, parameters);
    for (int i = 0; i < 3; i++) {
      Value next =
          builder.map(
              ScalarFn.arg(0).minus(ScalarFn.f32(0.1).times(ScalarFn.arg(1))),
              parameters.get(i),
              gradients.get(i));
      builder.store(parameters.get(i), next);
    }
    builder.output("loss", loss);
    builder.output("logits", logits);
    Program program = check();
    assertTrue(program.regions().size() <= 22, () -> program.regions().size() + " regions");
  }
}
