package dev.merapi.tests;

import static dev.merapi.Model.input;
import static dev.merapi.graph.TensorType.f32;
import static dev.merapi.nn.Layers.dense;
import static dev.merapi.optim.Sgd.sgd;
import static dev.merapi.train.FitOption.batch;
import static dev.merapi.train.FitOption.checkpointTo;
import static dev.merapi.train.FitOption.epochs;
import static dev.merapi.train.FitOption.resume;
import static dev.merapi.train.Losses.mse;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.merapi.Backends;
import dev.merapi.Model;
import dev.merapi.RandomKey;
import dev.merapi.Trainer;
import dev.merapi.data.Dataset;
import dev.merapi.graph.Shape;
import dev.merapi.train.FitOption;
import java.io.File;
import java.net.MalformedURLException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Backends, files and listeners are found whatever the context class loader of the thread is.
class ContextLoaderTest {
  private final ClassLoader before = Thread.currentThread().getContextClassLoader();
  @TempDir private Path folder;

  @AfterEach
  void asItWas() {
    Thread.currentThread().setContextClassLoader(before);
  }

  @Test
  void thePlatformsLoaderAsOnThreadsOfContainers() {
    trainsSavesAndLoads(ClassLoader.getPlatformClassLoader());
  }

  @Test
  void noneAsOnThreadsThatNativeCodeAttached() {
    trainsSavesAndLoads(null);
  }

  @Test
  void oneWithAnotherCopyOfTheLibrary() throws Exception {
    try (var copy = new URLClassLoader(classPath(), ClassLoader.getPlatformClassLoader())) {
      assertNotSame(Model.class, copy.loadClass(Model.class.getName()));
      trainsSavesAndLoads(copy);
    }
  }

  private void trainsSavesAndLoads(ClassLoader context) {
    Thread.currentThread().setContextClassLoader(context);
    assertEquals("cpu", Backends.best());
    Model model = model(1);
    Path checkpoints = folder.resolve("checkpoints");
    fit(model, epochs(1), checkpointTo(checkpoints));
    Model resumed = model(2);
    fit(resumed, epochs(1), checkpointTo(checkpoints), resume());
    assertArrayEquals(weights(model), weights(resumed));

    Path file = folder.resolve("model.merapi");
    model.save(file);
    assertArrayEquals(weights(model), weights(Model.load(file)));
    Path weights = folder.resolve("weights.safetensors");
    model.save(weights);
    Model other = model(3);
    other.loadWeights(weights);
    assertArrayEquals(weights(model), weights(other));
  }

  private static void fit(Model model, FitOption... options) {
    var all = new ArrayList<>(List.of(options));
    all.add(batch(4));
    var data = Dataset.of(Shape.of(2), new float[16], Shape.of(1), new float[8]);
    Trainer.of(model).loss(mse()).optimizer(sgd(0.1)).fit(data, all.toArray(FitOption[]::new));
  }

  private static Model model(long seed) {
    return Model.of(dense(2, 1), input("x", f32("N", 2)), RandomKey.of(seed));
  }

  private static float[] weights(Model model) {
    return model.parameters().get("weight").toFloats();
  }

  private static URL[] classPath() throws MalformedURLException {
    var urls = new ArrayList<URL>();
    for (String each : System.getProperty("java.class.path").split(File.pathSeparator)) {
      urls.add(Path.of(each).toUri().toURL());
    }
    assertTrue(urls.size() > 1);
    return urls.toArray(new URL[0]);
  }
}
