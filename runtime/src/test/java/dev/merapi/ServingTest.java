package dev.merapi;

import static dev.merapi.Model.input;
import static dev.merapi.graph.TensorType.f32;
import static dev.merapi.graph.TensorType.i32;
import static dev.merapi.nn.Activations.relu;
import static dev.merapi.nn.Activations.softmax;
import static dev.merapi.nn.Layers.conv2d;
import static dev.merapi.nn.Layers.dense;
import static dev.merapi.nn.Layers.flatten;
import static dev.merapi.nn.Layers.lambda;
import static dev.merapi.nn.Layers.maxPool;
import static dev.merapi.optim.Sgd.sgd;
import static dev.merapi.train.Losses.crossEntropy;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.merapi.MerapiException.Kind;
import dev.merapi.graph.Shape;
import dev.merapi.memory.HostTensor;
import dev.merapi.nn.Sequential;
import dev.merapi.reference.Interpreter;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;

class ServingTest {
  private static final CompileOptions REFERENCE = CompileOptions.on("reference");

  private static Model convNet() {
    var net =
        Sequential.of(
            conv2d(1, 3, 3).padding(1), relu(), maxPool(2), flatten(), dense(27, 5), softmax(-1));
    return Model.of(net, input("image", f32("N", 1, 6, 6)), RandomKey.of(42));
  }

  private static float[] pixels(int images) {
    return RandomKey.of(images).normal(images * 36, 0, 1);
  }

  /// What the interpreter makes of the uncompiled graph.
  private static double[] interpreted(Model model, int images, float[] pixels) {
    var bindings = new HashMap<String, double[]>();
    bindings.put("image", doubles(pixels));
    model.parameters().forEach((name, each) -> bindings.put(name, doubles(each.toFloats())));
    return Interpreter.run(model.graph().bind(Map.of("N", (long) images)), bindings)
        .output(Model.OUTPUT);
  }

  private static double[] doubles(float[] values) {
    double[] result = new double[values.length];
    for (int i = 0; i < values.length; i++) {
      result[i] = values[i];
    }
    return result;
  }

  private static void assertClose(double[] expected, float[] actual) {
    assertEquals(expected.length, actual.length);
    for (int i = 0; i < actual.length; i++) {
      assertEquals(expected[i], actual[i], 1e-5 * Math.max(1, Math.abs(expected[i])));
    }
  }

  @Test
  void aSessionComputesWhatTheGraphSays() {
    Model model = convNet();
    try (CompiledModel compiled = model.compile(REFERENCE.size("N", 3));
        Session session = compiled.newSession()) {
      session.input("image").copyFrom(pixels(3));
      session.run();
      float[] scores = new float[15];
      session.output(Model.OUTPUT).copyTo(scores);
      assertClose(interpreted(model, 3, pixels(3)), scores);
      assertTrue(compiled.memory().total() > 0);
    }
  }

  @Test
  void aSessionCanBeResized() {
    Model model = convNet();
    try (CompiledModel compiled = model.compile(REFERENCE.upTo("N", 8));
        Session session = compiled.newSession()) {
      for (int images : new int[] {8, 1, 5, 1, 8}) {
        HostTensor before = session.input("image");
        boolean changes = session.sizes().get("N") != images;
        session.resize("N", images);
        if (changes) {
          assertKind(Kind.CLOSED, () -> before.getFloat(0));
        }
        session.input("image").copyFrom(pixels(images));
        session.run();
        assertClose(
            interpreted(model, images, pixels(images)), session.output(Model.OUTPUT).toFloats());
      }
      assertKind(Kind.ARGUMENT, () -> session.resize("N", 9));
      assertKind(Kind.ARGUMENT, () -> session.resize("N", 0));
      assertKind(Kind.ARGUMENT, () -> session.resize("M", 1));
    }
  }

  @Test
  void theModelIsASnapshot() {
    Model model = convNet();
    try (CompiledModel compiled = model.compile(REFERENCE.upTo("N", 2))) {
      var data = Map.of("image", pixels(1));
      float[] before = compiled.run(data).get(Model.OUTPUT);
      model.parameter("0.weight").copyFrom(new float[27]);
      assertArrayEquals(before, compiled.run(data).get(Model.OUTPUT));
    }
  }

  @Test
  void runWorksOutTheSizes() {
    Model model = convNet();
    try (CompiledModel compiled = model.compile(REFERENCE.upTo("N", 4))) {
      for (int images = 1; images <= 4; images++) {
        var result = compiled.run(Map.of("image", pixels(images)));
        assertClose(interpreted(model, images, pixels(images)), result.get(Model.OUTPUT));
      }
      Tensor image = Tensor.of(Shape.of(2, 1, 6, 6), pixels(2));
      Tensor scores = compiled.runTensors(Map.of("image", image)).get(Model.OUTPUT);
      assertEquals(Shape.of(2, 5), scores.shape());
      assertKind(Kind.SHAPE, () -> compiled.run(Map.of("image", new float[35])));
      assertKind(Kind.ARGUMENT, () -> compiled.run(Map.of("image", pixels(5))));
      assertKind(Kind.ARGUMENT, () -> compiled.run(Map.of()));
      assertKind(Kind.ARGUMENT, () -> compiled.run(Map.of("picture", pixels(1))));
    }
  }

  @Test
  void twoVaryingSizesOfAnInputAreNotWorkedOut() {
    Model model =
        Model.of(lambda("mean", x -> x.mean(1)), input("x", f32("N", "T")), RandomKey.of(1));
    try (CompiledModel compiled = model.compile(REFERENCE.upTo("N", 2).upTo("T", 3))) {
      var whole = Map.of("x", new float[] {1, 2, 3, 4, 5, 6});
      assertArrayEquals(new float[] {2, 5}, compiled.run(whole).get(Model.OUTPUT));
      var error =
          assertThrows(
              MerapiException.class, () -> compiled.run(Map.of("x", new float[] {1, 2, 3, 4})));
      assertEquals(Kind.SHAPE, error.kind());
      assertEquals(
          "input: number of elements does not fit: name=x, type=f32[N,T], elements=4; hint: a number"
              + " of elements does not tell the sizes [N, T]: take newSession(), resize it, and fill"
              + " its inputs",
          error.getMessage());
    }
  }

  @Test
  void aSizeWithoutANumberIsNamed() {
    MerapiException error = assertThrows(MerapiException.class, () -> convNet().compile(REFERENCE));
    assertEquals(Kind.UNBOUND_SIZE, error.kind());
    assertTrue(error.getMessage().contains("N"), error.getMessage());
  }

  @Test
  void tooMuchMemoryIsRefused() {
    MerapiException error =
        assertThrows(
            MerapiException.class, () -> convNet().compile(REFERENCE.size("N", 64).maxMemory(999)));
    assertEquals(Kind.MEMORY, error.kind());
  }

  @Test
  void tooManyOperationsAreRefused() {
    Model model = convNet();
    long operations = Inspection.of(model, Map.of("N", 8L)).operations();
    CompileOptions enough = REFERENCE.upTo("N", 8).maxOperations(operations);
    try (CompiledModel compiled = model.compile(enough);
        Session session = compiled.newSession()) {
      session.resize("N", 3);
      session.run();
    }
    for (var options : List.of(REFERENCE.size("N", 9), REFERENCE.upTo("N", 9))) {
      var error =
          assertThrows(
              MerapiException.class, () -> model.compile(options.maxOperations(operations)));
      assertEquals(Kind.LIMIT, error.kind());
      long asked = Inspection.of(model, Map.of("N", 9L)).operations();
      for (String part :
          List.of(
              "operations=" + asked,
              "allowed=" + operations,
              "; at Sequential.0",
              "maxOperations")) {
        assertTrue(error.getMessage().contains(part), error.getMessage());
      }
    }
  }

  @Test
  void aStepOfTrainingIsHeldToTheSameLimit() {
    CompileOptions few = REFERENCE.size("N", 2).maxOperations(1000);
    assertKind(Kind.LIMIT, () -> convNet().trainStep(crossEntropy(), sgd(0.1), few));
  }

  @Test
  void anUnknownBackendIsNamed() {
    var options = CompileOptions.on("abacus").size("N", 1);
    MerapiException error = assertThrows(MerapiException.class, () -> convNet().compile(options));
    assertEquals(Kind.BACKEND_UNAVAILABLE, error.kind());
    assertTrue(error.getMessage().contains("abacus"), error.getMessage());
  }

  @Test
  void whatIsClosedSaysSo() {
    CompiledModel compiled = convNet().compile(REFERENCE.size("N", 1));
    Session closed = compiled.newSession();
    HostTensor view = closed.input("image");
    closed.close();
    assertKind(Kind.CLOSED, closed::run);
    assertKind(Kind.CLOSED, () -> closed.input("image"));
    assertKind(Kind.CLOSED, () -> view.copyFrom(pixels(1)));
    Session session = compiled.newSession();
    compiled.close();
    compiled.close();
    assertKind(Kind.CLOSED, session::run);
    assertKind(Kind.CLOSED, compiled::newSession);
    assertKind(Kind.CLOSED, compiled::warmUp);
    assertKind(Kind.CLOSED, () -> compiled.run(Map.of("image", pixels(1))));
    session.close();
  }

  @Test
  void indicesAreChecked() {
    var net = Sequential.of(lambda("lookup", x -> Tensor.of(10f, 20f, 30f).gather(0, x)));
    Model model = Model.of(net, input("index", i32(2)), RandomKey.of(1));
    try (CompiledModel compiled = model.compile(REFERENCE);
        Session session = compiled.newSession()) {
      session.input("index").copyFrom(new int[] {2, 0});
      session.run();
      assertArrayEquals(new float[] {30, 10}, session.output(Model.OUTPUT).toFloats());
      for (int wrong : new int[] {3, -1, Integer.MIN_VALUE}) {
        session.input("index").copyFrom(new int[] {0, wrong});
        assertKind(Kind.INDEX, session::run);
      }
    }
  }

  /// A layer that waits in the middle of a run.
  private record Gate(CountDownLatch reached, CountDownLatch open)
      implements dev.merapi.graph.Custom {
    @Override
    public List<double[]> evaluate(
        List<double[]> operands, List<dev.merapi.graph.TensorType> types) {
      reached.countDown();
      try {
        open.await();
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
      return operands;
    }

    @Override
    public List<dev.merapi.graph.TensorType> infer(List<dev.merapi.graph.TensorType> operands) {
      return operands;
    }

    @Override
    public void vjp(dev.merapi.graph.Vjp context) {}

    @Override
    public String name() {
      return "gate";
    }
  }

  @Test
  void concurrentUseIsRefusedAndClosingWaitsForTheRun() throws Exception {
    var gate = new Gate(new CountDownLatch(1), new CountDownLatch(1));
    var net =
        Sequential.of(
            lambda("gate", x -> Tensor.build((builder, xs) -> builder.add(gate, xs).result(), x)));
    Model model = Model.of(net, input("x", f32(2)), RandomKey.of(1));
    CompiledModel compiled = model.compile(REFERENCE);
    Session session = compiled.newSession();
    session.input("x").copyFrom(new float[] {1, 2});
    try (var executor = Executors.newVirtualThreadPerTaskExecutor()) {
      Future<?> run = executor.submit(session::run);
      gate.reached.await();
      assertKind(Kind.CONCURRENT_USE, session::run);
      assertKind(Kind.CONCURRENT_USE, () -> session.resize("N", 1));
      compiled.close();
      gate.open.countDown();
      run.get();
    }
    assertArrayEquals(new float[] {1, 2}, session.output(Model.OUTPUT).toFloats());
    assertKind(Kind.CLOSED, session::run);
    session.close();
  }

  @Test
  void closingAmongManyRunsIsSafe() throws Exception {
    Model model = convNet();
    for (int round = 0; round < 20; round++) {
      CompiledModel compiled = model.compile(REFERENCE.upTo("N", 3));
      var finished = new AtomicInteger();
      try (var executor = Executors.newVirtualThreadPerTaskExecutor()) {
        for (int i = 0; i < 8; i++) {
          int images = i % 3 + 1;
          executor.submit(() -> {
            try {
              while (true) {
                compiled.run(Map.of("image", pixels(images)));
                finished.incrementAndGet();
              }
            } catch (MerapiException e) {
              assertEquals(Kind.CLOSED, e.kind());
            }
          });
        }
        while (finished.get() < 5) {
          Thread.onSpinWait();
        }
        compiled.close();
      }
    }
  }

  @Test
  void everySizeGivesTheSameNumbers() {
    Model model = convNet();
    var alone = new LinkedHashMap<Integer, float[]>();
    float[] all = pixels(4);
    try (CompiledModel compiled = model.compile(REFERENCE.upTo("N", 4))) {
      float[] together = compiled.run(Map.of("image", all)).get(Model.OUTPUT);
      for (int i = 0; i < 4; i++) {
        float[] one = java.util.Arrays.copyOfRange(all, i * 36, i * 36 + 36);
        alone.put(i, compiled.run(Map.of("image", one)).get(Model.OUTPUT));
      }
      alone.forEach((i, scores) ->
          assertArrayEquals(java.util.Arrays.copyOfRange(together, i * 5, i * 5 + 5), scores));
    }
  }

  private static void assertKind(Kind kind, Executable code) {
    MerapiException error = assertThrows(MerapiException.class, code);
    assertEquals(kind, error.kind(), error.getMessage());
  }
}
