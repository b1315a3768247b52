package app;

import static dev.merapi.Model.input;
import static dev.merapi.graph.TensorType.f32;
import static dev.merapi.nn.Layers.dense;

import dev.merapi.Model;
import dev.merapi.RandomKey;
import java.io.IOException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;

/// Saves a model and reads it again, on threads whose context class loader knows nothing of Merapi,
/// is not there, or has another copy of the library.
public final class Saving {
  private Saving() {}

  /// @param jars the library's, of which the other copy is loaded
  public static void main(String[] jars) throws IOException {
    var platform = ClassLoader.getPlatformClassLoader();
    var urls = new URL[jars.length];
    for (int i = 0; i < jars.length; i++) {
      urls[i] = Path.of(jars[i]).toUri().toURL();
    }
    try (var copy = new URLClassLoader(urls, platform)) {
      savesAndLoads(platform);
      savesAndLoads(null);
      savesAndLoads(copy);
    }
  }

  private static void savesAndLoads(ClassLoader context) throws IOException {
    Thread.currentThread().setContextClassLoader(context);
    Path file = Files.createTempFile("model", ".merapi");
    Model.of(dense(2, 1), input("x", f32("N", 2)), RandomKey.of(1)).save(file);
    Model.load(file);
    Files.delete(file);
    IO.println("read");
  }
}
