package dev.merapi.tests;

import static dev.merapi.Model.input;
import static dev.merapi.graph.TensorType.f32;
import static dev.merapi.graph.TensorType.i32;
import static dev.merapi.nn.Activations.relu;
import static dev.merapi.nn.Layers.dense;
import static dev.merapi.optim.Sgd.sgd;
import static dev.merapi.train.Losses.crossEntropy;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.merapi.CompileOptions;
import dev.merapi.CompiledModel;
import dev.merapi.MerapiException;
import dev.merapi.MerapiException.Kind;
import dev.merapi.Model;
import dev.merapi.RandomKey;
import dev.merapi.Session;
import dev.merapi.TrainStep;
import dev.merapi.memory.HostTensor;
import dev.merapi.nn.Sequential;
import java.lang.foreign.Arena;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;

/// On the CPU backend, what a user does wrong is an exception that says what and where.
class WallsTest {
  private static final CompileOptions CPU = CompileOptions.cpu();

  private static Model model() {
    var net = Sequential.of(dense(7, 5), relu(), dense(5, 3));
    return Model.of(net, input("x", f32("N", 7)), "scores", RandomKey.of(1));
  }

  private static TrainStep step(int batch) {
    return model().trainStep(crossEntropy(), sgd(0.1).momentum(0.9), CPU.upTo("N", batch));
  }

  /// @param parts what the message says
  private static void refuses(Kind kind, Executable code, String... parts) {
    var error = assertThrows(MerapiException.class, code);
    assertEquals(kind, error.kind(), error.getMessage());
    for (String part : parts) {
      assertTrue(error.getMessage().contains(part), () -> part + " not in: " + error.getMessage());
    }
  }

  private static Map<String, float[]> state(TrainStep step) {
    var values = new LinkedHashMap<String, float[]>();
    step.state().forEach((name, tensor) -> values.put(name, tensor.toFloats()));
    return values;
  }

  @Test
  void layersThatDoNotFitAreNamedWhenTheModelIsMade() {
    var net = Sequential.of(dense(7, 5), dense(6, 3));
    Executable code = () -> Model.of(net, input("x", f32("N", 7)), RandomKey.of(1));
    refuses(Kind.SHAPE, code, "inputs=6", "f32[N,5]", "Sequential.1");
  }

  @Test
  void anInputOfTheWrongTypeIsNamedWhenTheModelIsMade() {
    var net = Sequential.of(dense(7, 5));
    var error =
        assertThrows(
            MerapiException.class, () -> Model.of(net, input("x", i32("N", 7)), RandomKey.of(1)));
    assertTrue(error.getMessage().contains("i32"), error.getMessage());
  }

  @Test
  void aSizeWithoutANumberIsNamed() {
    refuses(Kind.UNBOUND_SIZE, () -> model().compile(CPU), "N");
    refuses(Kind.UNBOUND_SIZE, () -> model().trainStep(crossEntropy(), sgd(0.1), CPU), "N");
  }

  @Test
  void aNumberForASizeThatIsNotThereIsRefused() {
    refuses(Kind.ARGUMENT, () -> model().compile(CPU.size("M", 4)), "name=M", "[N]");
    refuses(
        Kind.ARGUMENT,
        () -> model().trainStep(crossEntropy(), sgd(0.1), CPU.upTo("n", 4)),
        "name=n",
        "[N]");
  }

  @Test
  void wrongNamesAreAnsweredWithTheRightOnes() {
    try (CompiledModel compiled = model().compile(CPU.size("N", 2));
        Session session = compiled.newSession()) {
      refuses(Kind.ARGUMENT, () -> session.input("y"), "name=y", "[x]");
      refuses(Kind.ARGUMENT, () -> session.output("logits"), "name=logits", "[scores]");
      refuses(Kind.ARGUMENT, () -> compiled.parameter("0.wait"), "name=0.wait", "0.weight");
      refuses(Kind.ARGUMENT, () -> compiled.run(Map.of("y", new float[14])), "name=y", "[x]");
      refuses(Kind.ARGUMENT, () -> compiled.run(Map.of()), "name=x");
    }
  }

  @Test
  void wrongAmountsAndTypesOfDataAreRefused() {
    try (CompiledModel compiled = model().compile(CPU.size("N", 2));
        Session session = compiled.newSession()) {
      HostTensor x = session.input("x");
      refuses(Kind.SHAPE, () -> x.copyFrom(new float[13]), "name=x", "f32[2,7]", "13");
      refuses(Kind.SHAPE, () -> x.copyFrom(new int[14]), "name=x", "int[]");
      refuses(Kind.SHAPE, () -> session.output("scores").copyTo(new float[7]), "name=scores", "7");
      refuses(Kind.INDEX, () -> x.set(14, 1f), "index=14", "elements=14");
      refuses(Kind.INDEX, () -> x.getFloat(-1), "index=-1");
      refuses(Kind.SHAPE, () -> compiled.run(Map.of("x", new float[15])), "x", "15");
      refuses(Kind.SHAPE, () -> compiled.run(Map.of("x", new float[0])), "x", "0");
    }
  }

  @Test
  void sizesBeyondTheOneCompiledForAreRefused() {
    try (CompiledModel compiled = model().compile(CPU.upTo("N", 4));
        Session session = compiled.newSession()) {
      refuses(Kind.ARGUMENT, () -> session.resize("N", 5), "name=N", "size=5");
      refuses(Kind.ARGUMENT, () -> session.resize("N", 0), "name=N", "size=0");
      refuses(Kind.ARGUMENT, () -> session.resize("M", 1), "name=M");
      refuses(Kind.ARGUMENT, () -> compiled.run(Map.of("x", new float[35])), "N");
      assertEquals(9, compiled.run(Map.of("x", new float[21])).get("scores").length);
    }
  }

  @Test
  void aTensorOfASessionThatWasResizedIsRefused() {
    try (CompiledModel compiled = model().compile(CPU.upTo("N", 4));
        Session session = compiled.newSession()) {
      HostTensor before = session.input("x");
      session.resize("N", 3);
      refuses(Kind.CLOSED, () -> before.copyFrom(new float[28]), "resized");
      session.input("x").copyFrom(new float[21]);
    }
  }

  @Test
  void whatIsClosedSaysSoAndClosingTwiceIsAllowed() {
    CompiledModel compiled = model().compile(CPU.size("N", 1));
    Session session = compiled.newSession();
    HostTensor x = session.input("x");
    compiled.close();
    compiled.close();
    refuses(Kind.CLOSED, session::run, "Sequential");
    refuses(Kind.CLOSED, compiled::newSession, "Sequential");
    refuses(Kind.CLOSED, () -> compiled.run(Map.of("x", new float[7])), "Sequential");
    session.close();
    session.close();
    refuses(Kind.CLOSED, session::run, "session");
    refuses(Kind.CLOSED, () -> x.set(0, 1f), "closed");
    refuses(Kind.CLOSED, () -> session.input("x"), "session");
    TrainStep step = step(2);
    step.close();
    step.close();
    refuses(Kind.CLOSED, step::run, "closed");
    refuses(Kind.CLOSED, step::loss, "closed");
  }

  @Test
  void aLabelOutOfRangeIsAnErrorWithPositionAndHintAndChangesNoParameter() {
    int[][] wrong = {{0, 3, 1}, {0, 1, -1}, {Integer.MAX_VALUE, 0, 0}, {0, Integer.MIN_VALUE, 0}};
    try (TrainStep step = step(3)) {
      step.input("x").copyFrom(RandomKey.of(2).normal(21, 0, 1));
      step.target().copyFrom(new int[] {0, 1, 2});
      step.run();
      Map<String, float[]> before = state(step);
      for (int[] labels : wrong) {
        step.target().copyFrom(labels);
        refuses(Kind.INDEX, step::run, "label=", "row=", "classes=3", "hint: ");
        state(step).forEach((name, values) -> assertArrayEquals(before.get(name), values, name));
      }
      step.target().copyFrom(new int[] {2, 1, 0});
      step.run(); // it goes on as if nothing had been
      assertTrue(Float.isFinite(step.loss()));
    }
  }

  @Test
  void aLabelOutOfRangeIsFoundByManyThreadsToo() {
    try (TrainStep step =
        model().trainStep(crossEntropy(), sgd(0.1), CPU.size("N", 64).threads(3))) {
      int[] labels = new int[64];
      step.target().copyFrom(labels);
      step.run();
      labels[63] = 99;
      step.target().copyFrom(labels);
      for (int i = 0; i < 100; i++) {
        refuses(Kind.INDEX, step::run, "label=99", "row=63");
      }
      labels[63] = 2;
      step.target().copyFrom(labels);
      step.run();
    }
  }

  @Test
  void aLossThatDoesNotSuitTheOutputIsRefused() {
    var net = Sequential.of(dense(7, 5));
    Model flat = Model.of(net, input("x", f32(7)), RandomKey.of(1));
    refuses(Kind.SHAPE, () -> flat.trainStep(crossEntropy(), sgd(0.1), CPU), "crossEntropy");
  }

  @Test
  void optionsOutOfRangeAreRefused() {
    refuses(Kind.ARGUMENT, () -> CPU.threads(0), "threads=0");
    refuses(Kind.ARGUMENT, () -> CPU.size("N", 0), "name=N", "size=0");
    refuses(Kind.ARGUMENT, () -> CPU.upTo("N", -1), "name=N", "size=-1");
    refuses(Kind.ARGUMENT, () -> CPU.maxMemory(-1), "bytes=-1");
    refuses(Kind.ARGUMENT, () -> CPU.maxOperations(-1), "operations=-1");
    refuses(
        Kind.LIMIT, () -> model().compile(CPU.size("N", 1000).maxOperations(1000)), "allowed=1000");
    refuses(Kind.ARGUMENT, () -> sgd(-1), "learningRate=-1");
    refuses(
        Kind.MEMORY, () -> model().compile(CPU.size("N", 1000).maxMemory(1000)), "allowed=1000");
    refuses(
        Kind.BACKEND_UNAVAILABLE,
        () -> model().compile(CompileOptions.on("tpu")),
        "name=tpu",
        "cpu");
  }

  @Test
  void rowsOfNumbersThatAreNotFiniteStayInTheirRow() {
    try (CompiledModel compiled = model().compile(CPU.size("N", 3))) {
      float[] x = RandomKey.of(3).normal(21, 0, 1);
      float[] clean = compiled.run(Map.of("x", x)).get("scores");
      x[7] = Float.NaN;
      float[] dirty = compiled.run(Map.of("x", x)).get("scores");
      var places = new ArrayList<Integer>();
      for (int i = 0; i < clean.length; i++) {
        if (Float.isNaN(dirty[i])) {
          places.add(i / 3);
        } else {
          assertEquals(clean[i], dirty[i]);
        }
      }
      assertEquals(List.of(1, 1, 1), places);
    }
  }

  @Test
  void foreignMemoryOfTheWrongSizeIsRefused() {
    try (CompiledModel compiled = model().compile(CPU.size("N", 1));
        Session session = compiled.newSession();
        Arena arena = Arena.ofConfined()) {
      refuses(Kind.SHAPE, () -> session.input("x").copyFrom(arena.allocate(27)), "bytes", "27");
      session.input("x").copyFrom(arena.allocate(28));
    }
  }
}
