package dev.merapi;

import static dev.merapi.Model.input;
import static dev.merapi.graph.TensorType.f32;
import static dev.merapi.nn.Layers.dense;
import static dev.merapi.nn.Layers.dropout;
import static dev.merapi.nn.Layers.dropout2d;
import static dev.merapi.optim.Sgd.sgd;
import static dev.merapi.train.Losses.mse;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.merapi.MerapiException.Kind;
import dev.merapi.graph.Shape;
import dev.merapi.graph.TensorType;
import dev.merapi.memory.HostTensor;
import dev.merapi.nn.Layers;
import dev.merapi.nn.Module;
import dev.merapi.nn.Sequential;
import java.util.Arrays;
import java.util.Map;
import org.junit.jupiter.api.Test;

class DropoutTest {
  private static final CompileOptions REFERENCE = CompileOptions.on("reference");
  private static final int COUNT = 4096;

  /// A step whose output shows what the layers drop of ones; nothing is learned.
  private static TrainStep stepOf(Module net, Object... sizes) {
    Model model = Model.of(net, input("x", f32(sizes)), RandomKey.of(1));
    TrainStep step = model.trainStep(mse(), sgd(0.1), REFERENCE);
    float[] ones = new float[Math.toIntExact(f32(sizes).shape().elements())];
    Arrays.fill(ones, 1);
    step.input("x").copyFrom(ones);
    step.target().copyFrom(ones);
    return step;
  }

  private static float[] dropped(TrainStep step) {
    step.run();
    return step.output(Model.OUTPUT).toFloats();
  }

  private static int kept(float[] mask) {
    int kept = 0;
    for (float value : mask) {
      kept += value != 0 ? 1 : 0;
    }
    return kept;
  }

  /// The share of places where both are kept or both dropped.
  private static double agreement(float[] a, float[] b) {
    int same = 0;
    for (int i = 0; i < a.length; i++) {
      same += (a[i] == 0) == (b[i] == 0) ? 1 : 0;
    }
    return (double) same / a.length;
  }

  @Test
  void elementsAreKeptWithTheirProbabilityAndScaled() {
    for (double p : new double[] {0.1, 0.5, 0.75}) {
      try (TrainStep step = stepOf(dropout(p), 1, COUNT)) {
        for (int run = 0; run < 3; run++) {
          float[] mask = dropped(step);
          double deviation = Math.sqrt(COUNT * p * (1 - p));
          assertEquals(COUNT * (1 - p), kept(mask), 5 * deviation, "p " + p);
          for (float value : mask) {
            assertTrue(value == 0 || value == (float) (1 / (1 - p)), "p " + p + ": " + value);
          }
        }
      }
    }
  }

  @Test
  void theMaskIsTheWordsOfTheStreamOfItsPath() {
    // A second spelling of the rule: the key of the step, split by two words of the path's hash.
    RandomKey name = RandomKey.of(0).split("Sequential.1#1");
    int[] key = {9, 0};
    for (int word : new int[] {name.low(), name.high()}) {
      key = new int[] {threefry(0, word, key), threefry(1, word, key)};
    }
    try (TrainStep step =
        stepOf(Sequential.of(Layers.lambda("same", x -> x), dropout(0.25)), 3, 11)) {
      step.seed(RandomKey.of(9));
      for (int run = 0; run < 3; run++) {
        float[] mask = dropped(step);
        for (int i = 0; i < mask.length; i++) {
          long word = threefry(i, run, key) - (long) Integer.MIN_VALUE;
          assertEquals(word < 0.75 * 0x1p32 ? 1 / 0.75f : 0, mask[i], "run " + run + " at " + i);
        }
      }
    }
  }

  /// The first word of Threefry2x32-20 (Salmon et al., SC'11).
  private static int threefry(int low, int high, int... key) {
    int[] keys = {key[0], key[1], key[0] ^ key[1] ^ 0x1BD11BDA};
    int[] turns = {13, 15, 26, 6, 17, 29, 16, 24};
    int a = low + key[0];
    int b = high + key[1];
    for (int group = 0; group < 5; group++) {
      for (int i = 0; i < 4; i++) {
        a += b;
        b = Integer.rotateLeft(b, turns[group % 2 * 4 + i]) ^ a;
      }
      a += keys[(group + 1) % 3];
      b += keys[(group + 2) % 3] + group + 1;
    }
    return a;
  }

  @Test
  void layersAndStepsAndKeysDrawIndependently() {
    try (TrainStep step = stepOf(new Both(), 2, COUNT)) {
      float[] first = dropped(step);
      float[] a = Arrays.copyOf(first, COUNT);
      float[] b = Arrays.copyOfRange(first, COUNT, 2 * COUNT);
      assertEquals(0.5, agreement(a, b), 0.05, "layers");
      float[] second = Arrays.copyOf(dropped(step), COUNT);
      assertEquals(0.5, agreement(a, second), 0.05, "steps");
      float[] other = Arrays.copyOf(dropped(step.seed(RandomKey.of(5))), COUNT);
      assertEquals(0.5, agreement(a, other), 0.05, "keys");
      assertArrayEquals(first, dropped(step.seed(RandomKey.of(0))), "the first key again");
    }
  }

  /// Two layers of one kind, each over one row.
  private static final class Both extends Module {
    private final Module left = child("left", dropout(0.5));
    private final Module right = child("right", dropout(0.5));

    @Override
    protected Tensor forward(Tensor x) {
      return Tensor.concat(0, left.apply(x.slice(0, 0, 1)), right.apply(x.slice(0, 1, 2)));
    }
  }

  @Test
  void aLayerAppliedTwiceDrawsTwice() {
    Module layer = dropout(0.5);
    Module net =
        new Module() {
          private final Module own = child("own", layer);

          @Override
          protected Tensor forward(Tensor x) {
            return own.apply(x).minus(own.apply(x));
          }
        };
    try (TrainStep step = stepOf(net, 1, COUNT)) {
      assertEquals(COUNT / 2.0, kept(dropped(step)), 200);
    }
  }

  @Test
  void channelsAreDroppedAsAWhole() {
    try (TrainStep step = stepOf(dropout2d(0.5), 16, 32, 3, 5)) {
      float[] mask = dropped(step);
      int kept = 0;
      for (int channel = 0; channel < 16 * 32; channel++) {
        float[] own = Arrays.copyOfRange(mask, channel * 15, (channel + 1) * 15);
        assertTrue(own[0] == 0 || own[0] == 2);
        float[] same = new float[15];
        Arrays.fill(same, own[0]);
        assertArrayEquals(same, own);
        kept += own[0] != 0 ? 1 : 0;
      }
      assertEquals(256, kept, 60);
    }
  }

  @Test
  void theExtremesAreNothingAndEverything() {
    try (TrainStep none = stepOf(dropout(0), 2, 3);
        TrainStep all = stepOf(dropout(1), 2, 3)) {
      assertArrayEquals(new float[] {1, 1, 1, 1, 1, 1}, dropped(none));
      assertFalse(none.state().containsKey("merapi.state.random"));
      assertArrayEquals(new float[6], dropped(all));
    }
  }

  @Test
  void gradientsFlowWhereElementsWereKept() {
    var net = Sequential.of(dense(1, COUNT).withoutBias(), dropout(0.5));
    Model model = Model.of(net, input("x", f32(1, 1)), RandomKey.of(1));
    try (TrainStep step = model.trainStep(mse(), sgd(COUNT), REFERENCE)) {
      float[] before = model.parameter("0.weight").toFloats();
      step.input("x").copyFrom(new float[] {1});
      step.target().copyFrom(new float[COUNT]);
      float[] output = dropped(step);
      float[] after = step.state().get("0.weight").toFloats();
      for (int i = 0; i < COUNT; i++) {
        // the loss is the mean of (m w)^2: its gradient 2 m (m w) / COUNT
        float factor = output[i] == 0 ? 0 : 2;
        assertEquals(before[i] - 2 * factor * output[i], after[i], 1e-5f, "at " + i);
      }
    }
  }

  @Test
  void servingKeepsEverything() {
    Model model = Model.of(dropout(0.5), input("x", f32(1, 5)), RandomKey.of(1));
    float[] x = {1, 2, 3, 4, 5};
    try (CompiledModel compiled = model.compile(REFERENCE)) {
      assertArrayEquals(x, compiled.run(Map.of("x", x)).get(Model.OUTPUT));
    }
    assertArrayEquals(x, dropout(0.5).apply(Tensor.of(x)).toFloats());
    assertTrue(model.graph().parameters().isEmpty());
  }

  @Test
  void aRestoredStateGoesOnWithTheSameMasks() {
    try (TrainStep step = stepOf(dropout(0.5), 1, 64);
        TrainStep resumed = stepOf(dropout(0.5), 1, 64)) {
      step.seed(RandomKey.of(77));
      dropped(step);
      dropped(step);
      Map<String, HostTensor> state = step.state();
      assertEquals(TensorType.i32(3), state.get("merapi.state.random").type());
      assertEquals(2, state.get("merapi.state.random").getInt(2));
      float[] third = dropped(step);
      float[] fourth = dropped(step);
      resumed.restore(state);
      assertArrayEquals(third, dropped(resumed));
      assertArrayEquals(fourth, dropped(resumed));
    }
  }

  @Test
  void drawingWhileServingIsAnError() {
    Module noisy =
        Layers.lambda(
            "noise", x -> x.plus(Trace.current().orElseThrow().randomBits(Shape.of(3)).toF32()));
    MerapiException error =
        assertThrows(
            MerapiException.class, () -> Model.of(noisy, input("x", f32(3)), RandomKey.of(1)));
    assertEquals(Kind.TRACE, error.kind());
    assertTrue(error.getMessage().contains("mode"), error.getMessage());
  }

  @Test
  void whatDoesNotFitIsRefused() {
    for (double p : new double[] {-0.1, 1.1, Double.NaN}) {
      MerapiException error = assertThrows(MerapiException.class, () -> dropout(p));
      assertEquals(Kind.ARGUMENT, error.kind());
    }
    assertThrows(
        MerapiException.class, () -> Model.of(dropout2d(0.5), input("x", f32(3)), RandomKey.of(1)));
    assertThrows(
        MerapiException.class,
        () -> Model.of(dropout(0.5), input("x", TensorType.i32(3)), RandomKey.of(1)));
  }
}
