package dev.merapi.format;

import static dev.merapi.Model.input;
import static dev.merapi.graph.TensorType.f32;
import static dev.merapi.nn.Layers.dense;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.merapi.LoadedWeights;
import dev.merapi.MerapiException;
import dev.merapi.MerapiException.Kind;
import dev.merapi.Model;
import dev.merapi.RandomKey;
import dev.merapi.Tensor;
import dev.merapi.WeightOptions;
import dev.merapi.nn.Module;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class WeightOptionsTest {
  @TempDir private Path folder;

  /// A body and a head of so many classes.
  private static final class Net extends Module {
    private final Module body = child("body", dense(3, 4));
    private final Module head;

    Net(String name, int classes) {
      head = child(name, dense(4, classes));
    }

    @Override
    protected Tensor forward(Tensor x) {
      return head.apply(body.apply(x));
    }
  }

  private static Model net(String head, int classes, int seed) {
    return Model.of(new Net(head, classes), input("x", f32("N", 3)), RandomKey.of(seed));
  }

  private Path saved(Model model) {
    Path file = folder.resolve("net.safetensors");
    model.save(file);
    return file;
  }

  private static void assertSame(Model expected, Model found, String name) {
    assertArrayEquals(expected.parameter(name).toFloats(), found.parameter(name).toFloats(), name);
  }

  @Test
  void aHeadForOtherClassesStaysAsItIs() {
    Model trained = net("head", 10, 1);
    Model model = net("head", 2, 2);
    float[] head = model.parameter("head.weight").toFloats();
    LoadedWeights loaded =
        model.loadWeights(saved(trained), WeightOptions.strict().without("head.*"));
    assertEquals(List.of("body.weight", "body.bias"), loaded.loaded());
    assertTrue(loaded.isComplete());
    assertSame(trained, model, "body.weight");
    assertArrayEquals(head, model.parameter("head.weight").toFloats());
  }

  @Test
  void lenientLoadingReportsBothSides() {
    Model trained = net("classifier", 10, 1);
    Model model = net("head", 10, 2);
    LoadedWeights loaded = model.loadWeights(saved(trained), WeightOptions.lenient());
    assertEquals(List.of("body.weight", "body.bias"), loaded.loaded());
    assertEquals(List.of("head.weight", "head.bias"), loaded.missing());
    assertEquals(
        List.of("classifier.bias", "classifier.weight"),
        loaded.unexpected().stream().sorted().toList());
    assertFalse(loaded.isComplete());
    assertSame(trained, model, "body.bias");

    LoadedWeights other =
        net("head", 2, 3).loadWeights(saved(net("head", 10, 1)), WeightOptions.lenient());
    assertEquals(
        List.of("head.weight is [2,4], in the file [10,4]", "head.bias is [2], in the file [10]"),
        other.otherShapes());
  }

  @Test
  void patternsOfBothKindsChooseTogether() {
    Model trained = net("head", 2, 1);
    Model model = net("head", 2, 2);
    WeightOptions options = WeightOptions.strict().only("body.*", "head.*").without("*.bias");
    assertEquals(
        List.of("body.weight", "head.weight"), model.loadWeights(saved(trained), options).loaded());
  }

  @Test
  void namesOfTheFileAreChanged() {
    Model trained = net("classifier", 2, 1);
    Model model = net("head", 2, 2);
    WeightOptions options =
        WeightOptions.strict()
            .stripPrefix("no such prefix")
            .rename(name -> name.replace("classifier", "fc"))
            .rename(name -> name.replace("fc", "head"));
    assertTrue(model.loadWeights(saved(trained), options).isComplete());
    assertArrayEquals(
        trained.parameter("classifier.weight").toFloats(),
        model.parameter("head.weight").toFloats());

    var e =
        assertThrows(
            MerapiException.class,
            () ->
                model.loadWeights(
                    saved(trained), WeightOptions.lenient().rename(_ -> "body.bias")));
    assertEquals(Kind.ARGUMENT, e.kind());
    assertTrue(e.getMessage().contains("two tensors get one name"), e.getMessage());
  }

  @Test
  void whatCannotBeMeantIsRefusedAndLeavesTheWeights() {
    Model model = net("head", 2, 2);
    float[] before = model.parameter("body.weight").toFloats();
    Path file = saved(net("classifier", 2, 1));
    for (WeightOptions options :
        List.of(
            WeightOptions.strict(),
            WeightOptions.strict().only("body.*"), // classifier.* is nobody's
            WeightOptions.lenient().only("tail.*"),
            WeightOptions.lenient().without("tail.*"),
            WeightOptions.lenient().without("*"))) {
      var e = assertThrows(MerapiException.class, () -> model.loadWeights(file, options));
      assertEquals(Kind.ARGUMENT, e.kind());
    }
    assertArrayEquals(before, model.parameter("body.weight").toFloats());
  }
}
