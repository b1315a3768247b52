package dev.merapi.tests;

import static dev.merapi.Model.input;
import static dev.merapi.graph.TensorType.f32;
import static dev.merapi.nn.Activations.relu;
import static dev.merapi.nn.Layers.conv2d;
import static dev.merapi.nn.Layers.dense;
import static dev.merapi.nn.Layers.flatten;
import static dev.merapi.optim.Sgd.sgd;
import static dev.merapi.train.Losses.mse;
import static org.junit.jupiter.api.Assertions.assertEquals;

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
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.EnumMap;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReferenceArray;

/// What the threads of [SoakTest] do, chosen at random.
final class SoakWork {
  private static final int MOST_ROWS = 9;
  private static final int SHARED = 3;
  private static final double RATE = 0.125;

  private enum Deed {
    SERVED,
    SERVED_BY_POOL,
    SERVED_SHARED,
    FOUND_CLOSED,
    REFUSED_MEMORY,
    TRAINED,
    LOADED
  }

  /// A model of ours, which others may close at any moment, and its twin in plain Java.
  private record Shared(CompiledModel compiled, Net net) {}

  private final Path folder;
  private final AtomicReferenceArray<Shared> shared = new AtomicReferenceArray<>(SHARED);
  private final Map<Deed, AtomicLong> deeds = new EnumMap<>(Deed.class);

  SoakWork(Path folder) {
    this.folder = folder;
    for (Deed deed : Deed.values()) {
      deeds.put(deed, new AtomicLong());
    }
  }

  private void did(Deed deed) {
    deeds.get(deed).incrementAndGet();
  }

  /// Whether each kind of work was done.
  boolean isAllDone() {
    return deeds.values().stream().allMatch(count -> count.get() > 0);
  }

  @Override
  public String toString() {
    return deeds.toString();
  }

  Object run(long seed, long end) throws Exception {
    var random = new Random(seed);
    while (System.nanoTime() < end) {
      switch (random.nextInt(6)) {
        case 0 -> serve(random);
        case 1 -> replaceShared(random);
        case 2, 3 -> serveShared(random);
        case 4 -> train(random);
        default -> load(random, seed);
      }
    }
    return this;
  }

  /// A network in plain Java: `dense(relu(first(x)))`, where the first layer is dense or a
  /// convolution of 3 x 3.
  record Net(Model model, int features, boolean isConvolution) {
    static Net of(Random random) {
      RandomKey key = RandomKey.of(random.nextLong());
      if (random.nextInt(3) == 0) {
        var layers = Sequential.of(conv2d(2, 5, 3), relu(), flatten(), dense(5 * 4 * 3, 3));
        return new Net(Model.of(layers, input("x", f32("N", 2, 6, 5)), key), 2 * 6 * 5, true);
      }
      int features = 1 + random.nextInt(40);
      int hidden = 1 + random.nextInt(70);
      var layers = Sequential.of(dense(features, hidden), relu(), dense(hidden, 3));
      return new Net(Model.of(layers, input("x", f32("N", features)), key), features, false);
    }

    private float[] parameter(String name) {
      HostTensor tensor = model.parameters().get(name);
      return tensor.toFloats();
    }

    double[] expected(float[] x, int rows) {
      double[] all = new double[rows * 3];
      float[] weight = parameter(isConvolution ? "3.weight" : "2.weight");
      float[] bias = parameter(isConvolution ? "3.bias" : "2.bias");
      for (int row = 0; row < rows; row++) {
        double[] hidden = isConvolution ? convolved(x, row) : product(x, row);
        for (int o = 0; o < 3; o++) {
          double sum = bias[o];
          for (int i = 0; i < hidden.length; i++) {
            sum += Math.max(0, hidden[i]) * weight[o * hidden.length + i];
          }
          all[row * 3 + o] = sum;
        }
      }
      return all;
    }

    private double[] product(float[] x, int row) {
      float[] weight = parameter("0.weight");
      float[] bias = parameter("0.bias");
      double[] sums = new double[bias.length];
      for (int o = 0; o < sums.length; o++) {
        sums[o] = bias[o];
        for (int i = 0; i < features; i++) {
          sums[o] += (double) x[row * features + i] * weight[o * features + i];
        }
      }
      return sums;
    }

    /// Images of 2 x 6 x 5 by 5 kernels of 3 x 3.
    private double[] convolved(float[] x, int row) {
      float[] weight = parameter("0.weight");
      float[] bias = parameter("0.bias");
      double[] sums = new double[5 * 4 * 3];
      for (int at = 0; at < sums.length; at++) {
        int o = at / 12;
        int top = at % 12 / 3;
        int left = at % 3;
        sums[at] = bias[o];
        for (int tap = 0; tap < 2 * 9; tap++) {
          int pixel = tap / 9 * 30 + (top + tap % 9 / 3) * 5 + left + tap % 3;
          sums[at] += (double) x[row * features + pixel] * weight[o * 18 + tap];
        }
      }
      return sums;
    }
  }

  private static float[] rows(Random random, int count) {
    float[] x = new float[count];
    for (int i = 0; i < count; i++) {
      x[i] = (float) random.nextGaussian();
    }
    return x;
  }

  private static void check(double[] expected, float[] given) {
    assertEquals(expected.length, given.length);
    for (int i = 0; i < given.length; i++) {
      assertEquals(expected[i], given[i], 1e-4 * (1 + Math.abs(expected[i])));
    }
  }

  private static CompileOptions options(Random random) {
    return CompileOptions.cpu().upTo("N", MOST_ROWS).threads(1 + random.nextInt(2));
  }

  private void serve(Random random) {
    Net net = Net.of(random);
    try (CompiledModel compiled = net.model.compile(options(random));
        Session session = compiled.newSession()) {
      for (int i = 0; i < 5; i++) {
        int rows = 1 + random.nextInt(MOST_ROWS);
        float[] x = rows(random, rows * net.features);
        session.resize("N", rows);
        session.input("x").copyFrom(x);
        session.run();
        check(net.expected(x, rows), session.output(Model.OUTPUT).toFloats());
        did(Deed.SERVED);
      }
    }
    try {
      net.model.compile(options(random).maxMemory(100)).close();
    } catch (MerapiException e) {
      assertEquals(Kind.MEMORY, e.kind(), e.getMessage());
      did(Deed.REFUSED_MEMORY);
    }
  }

  private void replaceShared(Random random) {
    Net net = Net.of(random);
    var made = new Shared(net.model.compile(options(random)), net);
    Shared old = shared.getAndSet(random.nextInt(SHARED), made);
    if (old != null) {
      old.compiled.close();
    }
  }

  /// Serves by a model that another thread may close meanwhile.
  private void serveShared(Random random) {
    Shared one = shared.get(random.nextInt(SHARED));
    if (one == null) {
      return;
    }
    try {
      if (random.nextBoolean()) {
        int rows = 1 + random.nextInt(MOST_ROWS);
        float[] x = rows(random, rows * one.net.features);
        float[] y = one.compiled.run(Map.of("x", x)).get(Model.OUTPUT);
        check(one.net.expected(x, rows), y);
        did(Deed.SERVED_BY_POOL);
        return;
      }
      try (Session session = one.compiled.newSession()) {
        for (int i = 0; i < 20; i++) {
          int rows = 1 + random.nextInt(MOST_ROWS);
          float[] x = rows(random, rows * one.net.features);
          session.resize("N", rows).input("x").copyFrom(x);
          session.run();
          check(one.net.expected(x, rows), session.output(Model.OUTPUT).toFloats());
          did(Deed.SERVED_SHARED);
        }
      }
    } catch (MerapiException e) {
      assertEquals(Kind.CLOSED, e.kind(), e.getMessage());
      did(Deed.FOUND_CLOSED);
    }
  }

  /// Two steps of linear regression, `w -= rate * d/dw mean((w x + b - t)^2)`.
  private void train(Random random) {
    int features = 1 + random.nextInt(20);
    Model model =
        Model.of(
            dense(features, 1), input("x", f32("N", features)), RandomKey.of(random.nextLong()));
    double[] w = doubles(model.parameters().get("weight").toFloats());
    double[] b = doubles(model.parameters().get("bias").toFloats());
    try (TrainStep step = model.trainStep(mse(), sgd(RATE), options(random));
        Session after = step.evaluate()) {
      for (int turn = 0; turn < 2; turn++) {
        int rows = 1 + random.nextInt(MOST_ROWS);
        float[] x = rows(random, rows * features);
        float[] t = rows(random, rows);
        step.resize("N", rows);
        step.input("x").copyFrom(x);
        step.target().copyFrom(t);
        step.run();
        descend(w, b, x, t);
        after.resize("N", rows).input("x").copyFrom(x);
        after.run();
        check(linear(w, b, x, rows), after.output(Model.OUTPUT).toFloats());
      }
      check(w, step.state().get("weight").toFloats());
      step.writeTo(model);
      check(b, model.parameters().get("bias").toFloats());
      did(Deed.TRAINED);
    }
  }

  private static double[] doubles(float[] values) {
    double[] wide = new double[values.length];
    for (int i = 0; i < values.length; i++) {
      wide[i] = values[i];
    }
    return wide;
  }

  private static double[] linear(double[] w, double[] b, float[] x, int rows) {
    double[] y = new double[rows];
    for (int row = 0; row < rows; row++) {
      y[row] = b[0];
      for (int i = 0; i < w.length; i++) {
        y[row] += w[i] * x[row * w.length + i];
      }
    }
    return y;
  }

  private static void descend(double[] w, double[] b, float[] x, float[] t) {
    double[] y = linear(w, b, x, t.length);
    for (int row = 0; row < t.length; row++) {
      double slope = 2 * (y[row] - t[row]) / t.length * RATE;
      b[0] -= slope;
      for (int i = 0; i < w.length; i++) {
        w[i] -= slope * x[row * w.length + i];
      }
    }
  }

  private void load(Random random, long thread) throws Exception {
    Net net = Net.of(random);
    Path file = folder.resolve("soak" + thread % 1000 + ".merapi");
    net.model.save(file);
    Model loaded = Model.load(file);
    Files.delete(file);
    float[] x = rows(random, 2 * net.features);
    try (CompiledModel compiled = loaded.compile(options(random))) {
      check(net.expected(x, 2), compiled.run(Map.of("x", x)).get(Model.OUTPUT));
      did(Deed.LOADED);
    }
  }

  /// Closes what threads have shared in this round.
  void closeShared() {
    for (int i = 0; i < SHARED; i++) {
      Shared one = shared.getAndSet(i, null);
      if (one != null) {
        one.compiled.close();
      }
    }
  }
}
