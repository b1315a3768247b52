package dev.merapi.tests;

import static dev.merapi.Model.input;
import static dev.merapi.graph.TensorType.f32;
import static dev.merapi.nn.Layers.dense;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.merapi.MerapiException;
import dev.merapi.MerapiException.Kind;
import dev.merapi.Model;
import dev.merapi.RandomKey;
import dev.merapi.Tensor;
import dev.merapi.Trace;
import dev.merapi.graph.Shape;
import dev.merapi.nn.Initializers;
import dev.merapi.nn.Module;
import dev.merapi.nn.Parameter;
import dev.merapi.nn.Sequential;
import dev.merapi.spi.ModelContents;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Sessions share their model's parameters, so a model that stores into them where it serves is
/// refused, whichever way it comes about.
class StoringModelsTest {
  @TempDir private Path folder;

  /// Counts its runs, in training or always.
  private static final class Counter extends Module {
    private final Parameter runs = buffer("runs", Shape.of(1), Initializers.zeros());
    private final boolean always;

    Counter(boolean always) {
      this.always = always;
    }

    @Override
    protected Tensor forward(Tensor x) {
      Trace trace = Trace.current().orElseThrow();
      if (always || trace.mode() == Trace.Mode.TRAIN) {
        trace.update(runs.tensor(), before -> before.plus(1));
      }
      return x.plus(runs.tensor());
    }
  }

  private static Model model(boolean always) {
    var net = Sequential.of(dense(3, 2), new Counter(always));
    return Model.of(net, input("x", f32("N", 3)), RandomKey.of(1));
  }

  private static void assertRefused(MerapiException error, Kind kind, String... parts) {
    assertEquals(kind, error.kind(), error.getMessage());
    for (String part : parts) {
      assertTrue(error.getMessage().contains(part), error.getMessage());
    }
  }

  @Test
  void aLayerThatUpdatesWithoutAskingForTheModeIsNamed() {
    var error = assertThrows(MerapiException.class, () -> model(true));
    assertRefused(error, Kind.TRACE, "\"1.runs\"", "Sequential.1", "Trace.mode()");
  }

  @Test
  void contentsWhoseServingGraphStoresAreRefused() {
    ModelContents c = model(false).contents();
    assertEquals(1, c.trainingGraph().state().size()); // that one may
    var swapped =
        new ModelContents(
            c.trainingGraph(),
            c.trainingGraph(),
            c.layers(),
            c.parameters(),
            c.state(),
            c.labels(),
            c.metadata());
    var error = assertThrows(MerapiException.class, () -> Model.of(swapped));
    assertRefused(error, Kind.FORMAT, "\"1.runs\"", "Sequential.1");
  }

  @Test
  void aFileWhoseServingGraphStoresIsRefused() throws IOException {
    Path file = folder.resolve("model.merapi");
    Model.of(Sequential.of(dense(2, 2)), input("x", f32("N", 2)), RandomKey.of(1)).save(file);
    byte[] changed =
        MerapiBytes.of(Files.readAllBytes(file))
            .withGraph(text -> text.replace("  output ", "  store %1 = %1\n  output "))
            .sealed();
    Files.write(file, changed);
    var error = assertThrows(MerapiException.class, () -> Model.load(file));
    assertRefused(error, Kind.FORMAT, "stores into a parameter", "\"0.weight\"");
  }
}
