package dev.merapi.tests;

import static dev.merapi.Model.input;
import static dev.merapi.graph.TensorType.f32;
import static dev.merapi.nn.Activations.relu;
import static dev.merapi.nn.Activations.sigmoid;
import static dev.merapi.nn.Layers.conv2d;
import static dev.merapi.nn.Layers.dense;
import static dev.merapi.nn.Layers.flatten;
import static dev.merapi.nn.Layers.maxPool;
import static dev.merapi.optim.Adam.adam;
import static dev.merapi.optim.Sgd.sgd;
import static dev.merapi.train.Losses.bce;
import static dev.merapi.train.Losses.crossEntropy;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.merapi.Backends;
import dev.merapi.CompileOptions;
import dev.merapi.Model;
import dev.merapi.RandomKey;
import dev.merapi.TrainStep;
import dev.merapi.data.Idx;
import dev.merapi.examples.Digits;
import dev.merapi.memory.HostTensor;
import dev.merapi.nn.Sequential;
import dev.merapi.spi.BackendProvider;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// From the same weights and batches, losses follow PyTorch's within 1e-4. The fixtures and the
/// script that made them are the resources in `torch`.
class TorchLossesTest {
  private static final int BATCH = 32;

  static List<String> backends() {
    return Backends.all().stream()
        .filter(each -> each.probe().usable())
        .map(BackendProvider::name)
        .toList();
  }

  @ParameterizedTest
  @MethodSource("backends")
  void theClassifierFollowsPyTorch(String backend) {
    var net = Sequential.of(dense(10, 64), relu(), dense(64, 64), relu(), dense(64, 1), sigmoid());
    Model model = Model.of(net, input("x", f32("N", 10)), RandomKey.of(0));
    setWeights(model, floats("classifier.weights.bin"));
    float[] data = floats("classifier.data.bin");
    float[] targets = Arrays.copyOfRange(data, 3200, 3520);
    float[] expected = floats("classifier.losses.bin");
    var options = CompileOptions.on(backend).size("N", BATCH);
    try (TrainStep step = model.trainStep(bce(), adam(0.001), options)) {
      for (int i = 0; i < expected.length; i++) {
        int row = i * BATCH % 320;
        step.input("x").copyFrom(data, row * 10);
        step.target().copyFrom(targets, row);
        step.run();
        assertFollows(expected[i], step.loss(), i);
      }
    }
  }

  @ParameterizedTest
  @MethodSource("backends")
  void leNetFollowsPyTorch(String backend) {
    var net =
        Sequential.of(
            conv2d(1, 6, 5),
            relu(),
            maxPool(2),
            conv2d(6, 16, 5),
            relu(),
            maxPool(2),
            flatten(),
            dense(256, 120),
            relu(),
            dense(120, 84),
            relu(),
            dense(84, 10));
    Model model = Model.of(net, input("image", f32("N", 1, 28, 28)), RandomKey.of(0));
    setWeights(model, floats("lenet.weights.bin"));
    float[] images = normalised(read(Digits.TRAIN_IMAGES));
    int[] labels = read(Digits.TRAIN_LABELS).toInts();
    float[] expected = floats("lenet.losses.bin");
    int steps = backend.equals("reference") ? 3 : expected.length; // the interpreter is slow
    var options = CompileOptions.on(backend).size("N", BATCH);
    try (TrainStep step = model.trainStep(crossEntropy(), sgd(0.01).momentum(0.9), options)) {
      for (int i = 0; i < steps; i++) {
        step.input("image").copyFrom(images, i * BATCH * 28 * 28);
        step.target().copyFrom(labels, i * BATCH);
        step.run();
        assertFollows(expected[i], step.loss(), i);
      }
    }
  }

  private static void assertFollows(float expected, float actual, int step) {
    assertEquals(expected, actual, 1e-4 * expected, "step " + step);
  }

  private static void setWeights(Model model, float[] all) {
    int start = 0;
    for (HostTensor each : model.parameters().values()) {
      each.copyFrom(all, start);
      start += Math.toIntExact(each.elements());
    }
    assertEquals(all.length, start);
  }

  private static float[] normalised(Idx images) {
    float[] values = images.toUnitFloats();
    for (int i = 0; i < values.length; i++) {
      values[i] = (values[i] - 0.1307f) / 0.3081f;
    }
    return values;
  }

  private static Idx read(Digits file) {
    try (InputStream stream = file.open()) {
      return Idx.read(stream, file.name());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static float[] floats(String name) {
    try (InputStream stream = TorchLossesTest.class.getResourceAsStream("torch/" + name)) {
      byte[] bytes = Objects.requireNonNull(stream, name).readAllBytes();
      var floats = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).asFloatBuffer();
      float[] values = new float[floats.remaining()];
      floats.get(values);
      return values;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
