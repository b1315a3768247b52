package dev.merapi.format;

import static dev.merapi.Model.input;
import static dev.merapi.graph.TensorType.bool;
import static dev.merapi.graph.TensorType.f32;
import static dev.merapi.graph.TensorType.i32;
import static dev.merapi.nn.Activations.relu;
import static dev.merapi.nn.Layers.batchNorm;
import static dev.merapi.nn.Layers.conv2d;
import static dev.merapi.nn.Layers.dense;
import static dev.merapi.nn.Layers.flatten;
import static dev.merapi.nn.Layers.maxPool;
import static java.nio.file.StandardOpenOption.CREATE;
import static java.nio.file.StandardOpenOption.WRITE;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.merapi.CompileOptions;
import dev.merapi.MerapiException;
import dev.merapi.MerapiException.Kind;
import dev.merapi.Model;
import dev.merapi.ModelFiles;
import dev.merapi.RandomKey;
import dev.merapi.Tensor;
import dev.merapi.graph.TensorType;
import dev.merapi.memory.HostTensor;
import dev.merapi.nn.Module;
import dev.merapi.spi.ModelContents;
import dev.merapi.spi.WeightsReader.Weights;
import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The fixtures were written by Python's safetensors: see `make_torch.py` beside them.
class SafetensorsTest {
  @TempDir private Path folder;

  static Path fixture(String name) {
    try {
      var resource = Objects.requireNonNull(SafetensorsTest.class.getResource(name), name);
      return Path.of(resource.toURI());
    } catch (URISyntaxException e) {
      throw new IllegalStateException(e);
    }
  }

  private static final class TorchNet extends Module {
    private final Module conv1 = child("conv1", conv2d(1, 6, 5));
    private final Module norm = child("norm", batchNorm(6));
    private final Module conv2 = child("conv2", conv2d(6, 16, 5));
    private final Module fc = child("fc", dense(256, 10));
    private final Module pool = maxPool(2);

    @Override
    protected Tensor forward(Tensor x) {
      Tensor first = pool.apply(relu(norm.apply(conv1.apply(x))));
      Tensor second = pool.apply(relu(conv2.apply(first)));
      return fc.apply(flatten().apply(second));
    }
  }

  private static Model torchNet() {
    return Model.of(new TorchNet(), input("image", f32("N", 1, 28, 28)), "logits", RandomKey.of(1));
  }

  @Test
  void aStateDictOfPyTorchGivesItsOutputs() {
    Model model = torchNet().loadWeights(fixture("torch_net.safetensors"));
    float[] image;
    float[] logits;
    try (Weights data = new SafetensorsReader().open(fixture("torch_io.safetensors"))) {
      image = data.read("image", f32(3, 1, 28, 28)).toFloats();
      logits = data.read("logits", f32(3, 10)).toFloats();
    }
    try (var compiled = model.compile(CompileOptions.on("reference").size("N", 3))) {
      assertArrayEquals(logits, compiled.run(Map.of("image", image)).get("logits"), 1e-5f);
    }
  }

  @Test
  void everyElementTypeIsConverted() {
    try (Weights types = new SafetensorsReader().open(fixture("types.safetensors"))) {
      assertArrayEquals(new float[] {1.5f, -2.25f, 0}, types.read("f64", f32(3)).toFloats());
      assertArrayEquals(
          new float[] {1.5f, -0f, Float.POSITIVE_INFINITY, 3e38f},
          types.read("f32", f32(2, 2)).toFloats());
      assertArrayEquals(
          new float[] {1.5f, 65504, 0x1p-24f, Float.NEGATIVE_INFINITY},
          types.read("f16", f32(4)).toFloats());
      assertArrayEquals(
          new float[] {1.5f, -3.00405527e38f, 1.00100691e-38f},
          types.read("bf16", f32(3)).toFloats());
      int[] bounds = {Integer.MAX_VALUE, Integer.MIN_VALUE, 7};
      assertArrayEquals(bounds, types.read("i64", i32(3)).toInts());
      assertArrayEquals(new float[] {0x1p31f, -0x1p31f, 7}, types.read("i64", f32(3)).toFloats());
      assertArrayEquals(new int[] {bounds[0], bounds[1]}, types.read("i32", i32(2)).toInts());
      assertArrayEquals(new int[] {-32768, 32767}, types.read("i16", i32(2)).toInts());
      assertArrayEquals(new int[] {-128, 127}, types.read("i8", i32(2)).toInts());
      assertArrayEquals(new int[] {0, 1, 255}, types.read("u8", i32(3)).toInts());
      assertArrayEquals(
          new boolean[] {true, false, true}, types.read("bool", bool(3)).toBooleans());
      assertEquals(2.5f, types.read("scalar", f32()).getFloat(0));
      assertEquals(0, types.read("empty", f32(0, 3)).elements());
    }
  }

  @Test
  void whatHasNoSuchValueIsRefused() {
    refused("f64.large", f32(1), "out of range");
    refused("i64.large", i32(1), "out of range");
    refused("u8", bool(3), "out of range");
    refused("f32", i32(2, 2), "another element type");
    refused("bool", f32(3), "another element type");
    refused("i32", bool(2), "another element type");
  }

  private static void refused(String name, TensorType type, String what) {
    try (Weights types = new SafetensorsReader().open(fixture("types.safetensors"))) {
      var e = assertThrows(MerapiException.class, () -> types.read(name, type));
      assertEquals(Kind.FORMAT, e.kind());
      assertTrue(e.getMessage().contains(what) && e.getMessage().contains(name), e.getMessage());
    }
  }

  @Test
  void everythingThatDoesNotFitIsToldAtOnce() {
    var model = Model.of(new OtherNet(), input("x", f32("N", 200)), RandomKey.of(1));
    HostTensor weight = model.parameter("fc.weight");
    float[] before = weight.toFloats();
    var e =
        assertThrows(
            MerapiException.class, () -> model.loadWeights(fixture("torch_net.safetensors")));
    assertEquals(Kind.ARGUMENT, e.kind());
    String message = e.getMessage();
    assertTrue(message.contains("missing=[last.weight]"), message);
    assertTrue(message.contains("fc.weight is [10,200], in the file [10,256]"), message);
    assertTrue(message.contains("unexpected=["), message);
    assertTrue(message.contains("norm.running_var"), message);
    assertFalse(message.contains("num_batches_tracked"), message);
    assertArrayEquals(before, weight.toFloats());
  }

  private static final class OtherNet extends Module {
    private final Module fc = child("fc", dense(200, 10));
    private final Module last = child("last", dense(10, 1).withoutBias());

    @Override
    protected Tensor forward(Tensor x) {
      return last.apply(fc.apply(x));
    }
  }

  @Test
  void aSavedStateDictLoadsAgain() {
    Path file = folder.resolve("weights.safetensors");
    Model model = torchNet().loadWeights(fixture("torch_net.safetensors"));
    model.save(file);
    Model other = torchNet().loadWeights(file);
    assertSameWeights(model, other);
  }

  @Test
  void weightsComeFromAMerapiFileToo() {
    Path file = folder.resolve("net.merapi");
    Model model = torchNet().loadWeights(fixture("torch_net.safetensors"));
    model.save(file);
    assertSameWeights(model, torchNet().loadWeights(file));
  }

  private static void assertSameWeights(Model expected, Model found) {
    expected
        .parameters()
        .forEach((name, tensor) ->
            assertEquals(tensor.toLiteral(), found.parameter(name).toLiteral(), name));
  }

  @Test
  void whatCouldNotBeReadAgainIsNotWritten() throws IOException {
    Path file = folder.resolve("weights.safetensors");
    torchNet().save(file);
    byte[] before = Files.readAllBytes(file);
    var scalar = TensorType.f32();
    var deep = new Object[33];
    Arrays.fill(deep, 1);
    for (var named :
        List.of(
            Map.entry("__metadata__", HostTensor.allocate("__metadata__", scalar)),
            Map.entry("merapi.x", HostTensor.allocate("merapi.x", scalar)),
            Map.entry("a\ud83d", HostTensor.allocate("a\ud83d", scalar)),
            Map.entry("a", HostTensor.allocate("b", scalar)),
            Map.entry("deep", HostTensor.allocate("deep", TensorType.f32(deep))))) {
      ModelContents contents = with(torchNet().contents(), named.getKey(), named.getValue());
      var e = assertThrows(MerapiException.class, () -> ModelFiles.write(file, contents));
      assertEquals(Kind.ARGUMENT, e.kind(), e.getMessage());
    }
    assertArrayEquals(before, Files.readAllBytes(file));
    WriteChecks.header(new byte[108], 100);
    assertThrows(MerapiException.class, () -> WriteChecks.header(new byte[109], 100));
  }

  private static ModelContents with(ModelContents contents, String name, HostTensor tensor) {
    var parameters = new LinkedHashMap<>(contents.parameters());
    parameters.put(name, tensor);
    return new ModelContents(
        contents.graph(),
        contents.trainingGraph(),
        contents.layers(),
        parameters,
        contents.state(),
        contents.labels(),
        contents.metadata());
  }

  /// The file is as long as it says, but takes no place on the disk.
  @Test
  void aHeaderLongerThanTheLibrariesLimitIsRefused() throws IOException {
    Path file = folder.resolve("long.safetensors");
    for (int length : new int[] {100_000_001, Integer.MAX_VALUE}) {
      try (var channel = FileChannel.open(file, CREATE, WRITE)) {
        var prefix = ByteBuffer.allocate(8).order(ByteOrder.LITTLE_ENDIAN).putLong(0, length);
        channel.write(prefix, 0);
        channel.write(ByteBuffer.allocate(1), 8L + length - 1);
      }
      var e = assertThrows(MerapiException.class, () -> torchNet().loadWeights(file));
      assertTrue(e.getMessage().contains("length=" + length), e.getMessage());
      assertTrue(e.getMessage().contains("limit=100000000"), e.getMessage());
    }
  }

  @Test
  void aFileOfWeightsIsNoModel() {
    var e = assertThrows(MerapiException.class, () -> Model.load(fixture("torch_net.safetensors")));
    assertTrue(e.getMessage().contains("loadWeights"), e.getMessage());
  }

  @Test
  void aDamagedMerapiFileLeavesTheWeights() throws IOException {
    Path file = folder.resolve("net.merapi");
    torchNet().save(file);
    byte[] bytes = Files.readAllBytes(file);
    bytes[bytes.length - 1] ^= 1; // in the last tensor
    Files.write(file, bytes);
    Model model = torchNet().loadWeights(fixture("torch_net.safetensors"));
    HostTensor before = HostTensor.allocate("copy", model.parameter("conv1.weight").type());
    before.copyFrom(model.parameter("conv1.weight"));
    assertThrows(MerapiException.class, () -> model.loadWeights(file));
    assertEquals(before.toLiteral(), model.parameter("conv1.weight").toLiteral());
  }
}
