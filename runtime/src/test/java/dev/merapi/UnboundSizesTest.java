package dev.merapi;

import static dev.merapi.Fits.KEY;
import static dev.merapi.Fits.REFERENCE;
import static dev.merapi.Model.input;
import static dev.merapi.graph.TensorType.f32;
import static dev.merapi.nn.Layers.dense;
import static dev.merapi.nn.Layers.lambda;
import static dev.merapi.optim.Sgd.sgd;
import static dev.merapi.train.Losses.mse;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.merapi.MerapiException.Kind;
import dev.merapi.graph.DType;
import dev.merapi.graph.TensorType;
import dev.merapi.memory.HostTensor;
import dev.merapi.nn.Module;
import dev.merapi.optim.Optimizer;
import dev.merapi.samples.Catalogue;
import dev.merapi.train.Loss;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/// Whatever there is to choose from works in a model whose number of rows has no number yet, and
/// computes the same bits as with one.
class UnboundSizesTest {
  private static final int ROWS = 3;

  static Set<String> losses() {
    return Catalogue.losses().keySet();
  }

  static Set<String> layers() {
    return Catalogue.layers().keySet();
  }

  static Set<String> optimizers() {
    return Catalogue.optimizers().keySet();
  }

  @ParameterizedTest
  @MethodSource("losses")
  void everyLossTrains(String name) {
    Loss loss = Catalogue.losses().get(name);
    assertSameTraining(dense(4, 4), new Object[] {4}, loss, sgd(0.5));
  }

  @ParameterizedTest
  @MethodSource("layers")
  void everyLayerTrainsAndServes(String name) {
    Module layer = Catalogue.layers().get(name);
    assertSameTraining(layer, new Object[] {4, 4, 4}, mse(), sgd(0.5));
    assertEquals(
        served(model(layer, ROWS, 4, 4, 4), REFERENCE),
        served(model(layer, "N", 4, 4, 4), REFERENCE.upTo("N", ROWS + 1)));
  }

  @ParameterizedTest
  @MethodSource("optimizers")
  void everyOptimizerTrains(String name) {
    assertSameTraining(dense(4, 4), new Object[] {4}, mse(), Catalogue.optimizers().get(name));
  }

  private static Model model(Module net, Object... sizes) {
    return Model.of(net, input("x", f32(sizes)), KEY);
  }

  private static void assertSameTraining(Module net, Object[] row, Loss loss, Optimizer optimizer) {
    var sizes = new Object[row.length + 1];
    System.arraycopy(row, 0, sizes, 1, row.length);
    sizes[0] = ROWS;
    var bound = trained(model(net, sizes), loss, optimizer, REFERENCE);
    sizes[0] = "N";
    var unbound = trained(model(net, sizes), loss, optimizer, REFERENCE.upTo("N", ROWS + 1));
    assertEquals(bound, unbound);
  }

  /// The losses and the weights of two steps.
  private static Map<String, String> trained(
      Model model, Loss loss, Optimizer optimizer, CompileOptions options) {
    var seen = new LinkedHashMap<String, String>();
    try (TrainStep step = model.trainStep(loss, optimizer, options)) {
      if (!options.varying().isEmpty()) {
        step.resize("N", ROWS);
      }
      for (int run = 0; run < 2; run++) {
        fill(step.input("x"));
        fill(step.target());
        step.run();
        seen.put("loss " + run, Float.toString(step.loss()));
      }
      step.state().forEach((name, tensor) -> seen.put(name, text(tensor)));
    }
    return seen;
  }

  private static String served(Model model, CompileOptions options) {
    try (CompiledModel compiled = model.compile(options);
        Session session = compiled.newSession()) {
      if (!options.varying().isEmpty()) {
        session.resize("N", ROWS);
      }
      fill(session.input("x"));
      session.run();
      return text(session.output("output"));
    }
  }

  private static void fill(HostTensor tensor) {
    for (long i = 0; i < tensor.elements(); i++) {
      if (tensor.type().dtype() == DType.I32) {
        tensor.set(i, (int) (i % Catalogue.SIZE));
      } else {
        tensor.set(i, (i * 7 % 11) / 11f);
      }
    }
  }

  private static String text(HostTensor tensor) {
    var text = new StringBuilder();
    for (long i = 0; i < tensor.elements(); i++) {
      text.append(
          tensor.type().dtype() == DType.F32
              ? Float.toString(tensor.getFloat(i))
              : Integer.toString(tensor.getInt(i)));
      text.append(' ');
    }
    return text.toString();
  }

  /// What once was carried out at once: constants of the operand's sizes, and no operand in sight.
  private static final Map<String, UnaryOperator<Tensor>> CONSTANTS =
      Map.of(
          "times", x -> Tensor.full(x.type(), 3).times(2).plus(x),
          "sum", x -> x.plus(Tensor.full(x.type(), 2).sum()),
          "mean", x -> x.plus(Tensor.full(x.type(), 2).mean(0)),
          "reshape", x -> x.plus(Tensor.full(x.type(), 3).reshape(-1).reshape(x.shape())),
          "both", x -> Tensor.full(x.type(), 3).plus(Tensor.full(x.type(), 2)).times(x),
          "broadcast", x -> x.plus(Tensor.scalar(2).broadcastTo(x.shape()).square()),
          "concat", x -> Tensor.concat(1, Tensor.full(x.type(), 1).times(2), x),
          "where",
              x ->
                  Tensor.where(
                      Tensor.full(x.type(), 1).greaterThan(Tensor.scalar(0)), x, x.times(2)),
          "twice", x -> twice(Tensor.full(x.type(), 1).plus(1)).plus(x));

  /// Thirty doublings share what they read: recorded once each, not 2^30 times.
  private static Tensor twice(Tensor x) {
    Tensor sum = x;
    for (int i = 0; i < 30; i++) {
      sum = sum.plus(sum).times(0.5);
    }
    return sum;
  }

  static Set<String> constants() {
    return CONSTANTS.keySet();
  }

  @ParameterizedTest
  @MethodSource("constants")
  void constantsOfUnboundSizesWaitForTheTrace(String name) {
    Module net = lambda("constants", CONSTANTS.get(name));
    assertEquals(
        served(model(net, ROWS, 2), REFERENCE),
        served(model(net, "N", 2), REFERENCE.upTo("N", ROWS + 1)));
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 20_000})
  void aLongChainOfThemIsNoDeepRecursion(int length) {
    Tensor chain = Tensor.full(f32("N", 2), 0);
    for (int i = 0; i < length; i++) {
      chain = chain.plus(1);
    }
    Tensor end = chain;
    var trace = Trace.of("chain", Trace.Mode.EVALUATE);
    Tensor x = trace.input("x", f32("N", 2));
    trace.output("y", x.plus(end));
    assertEquals(length + 3, trace.finish().nodes().size());
  }

  @Test
  void withoutATraceTheyHaveATypeButNoNumbers() {
    Tensor three = Tensor.full(f32("N", 4), 1).plus(2);
    TensorType type = f32("N", 4);
    assertEquals(type, three.type());
    assertEquals("Tensor[f32[N,4]]", three.toString());
    assertEquals(f32(), three.sum().type());
    for (Tensor each : new Tensor[] {three, three.sum(), Tensor.full(type, 1)}) {
      var error = assertThrows(MerapiException.class, each::toFloats);
      assertEquals(Kind.UNBOUND_SIZE, error.kind());
      assertTrue(error.getMessage().contains("hint: "), error.getMessage());
      assertThrows(MerapiException.class, each::item);
    }
  }

  @Test
  void whatWaitedIsGoodInSeveralTraces() {
    Tensor three = Tensor.full(f32("N", 2), 1).plus(2);
    for (int i = 0; i < 2; i++) {
      var trace = Trace.of("one", Trace.Mode.EVALUATE);
      trace.output("y", trace.input("x", f32("N", 2)).times(three).plus(three));
      assertEquals(5, trace.finish().nodes().size());
    }
  }
}
