package app;

import static dev.merapi.Model.input;
import static dev.merapi.graph.TensorType.f32;
import static dev.merapi.nn.Layers.dense;

import dev.merapi.Backends;
import dev.merapi.CompileOptions;
import dev.merapi.Model;
import dev.merapi.RandomKey;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;

/// Serves a model as services do: on a thread of a pool, whose context class loader is the
/// system's, wherever the application's own classes come from.
public final class Service implements Callable<String> {
  public static void main(String[] args) {
    IO.println(new Service().call());
  }

  /// The backend that serves here, and how many scores it gives.
  @Override
  public String call() {
    return CompletableFuture.supplyAsync(Service::serve).join();
  }

  private static String serve() {
    var model = Model.of(dense(4, 3), input("x", f32("N", 4)), "scores", RandomKey.of(1));
    try (var compiled = model.compile(CompileOptions.best().size("N", 1));
        var session = compiled.newSession()) {
      session.input("x").copyFrom(new float[4]);
      session.run();
      float[] scores = new float[3];
      session.output("scores").copyTo(scores);
      return Backends.best() + " " + scores.length;
    }
  }
}
