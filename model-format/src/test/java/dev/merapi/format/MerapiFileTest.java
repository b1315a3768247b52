package dev.merapi.format;

import static dev.merapi.optim.Adam.adam;
import static dev.merapi.train.Losses.mse;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.merapi.CompileOptions;
import dev.merapi.MerapiException;
import dev.merapi.MerapiException.Kind;
import dev.merapi.Model;
import dev.merapi.ModelFiles;
import dev.merapi.TrainStep;
import dev.merapi.graph.GraphPrinter;
import dev.merapi.graph.TensorType;
import dev.merapi.memory.HostTensor;
import dev.merapi.spi.ModelContents;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class MerapiFileTest {
  @TempDir private Path folder;

  private Path file() {
    return folder.resolve("model.merapi");
  }

  private Model reloaded(Model model) {
    model.save(file());
    return Model.load(file());
  }

  private static void assertSameModel(Model expected, Model found) {
    assertEquals(GraphPrinter.print(expected.graph()), GraphPrinter.print(found.graph()));
    assertEquals(expected.graph(), found.graph());
    assertEquals(expected.trainingGraph(), found.trainingGraph());
    assertEquals(expected.summary(), found.summary());
    assertEquals(
        List.copyOf(expected.parameters().keySet()), List.copyOf(found.parameters().keySet()));
    expected
        .parameters()
        .forEach((name, tensor) ->
            assertEquals(tensor.toLiteral(), found.parameter(name).toLiteral(), name));
  }

  @Test
  void aModelIsReadFromAStream() throws IOException {
    Model model = Models.regularised();
    model.save(file());
    try (var stream = Files.newInputStream(file())) {
      assertSameModel(model, Model.load(stream));
      assertEquals(-1, stream.read());
    }
    byte[] cut = Arrays.copyOf(Files.readAllBytes(file()), 1000);
    var e = assertThrows(MerapiException.class, () -> Model.load(new ByteArrayInputStream(cut)));
    assertEquals(Kind.FORMAT, e.kind());
    assertTrue(e.getMessage().startsWith("model stream: cannot be read: reason="), e.getMessage());
    assertFalse(
        e.getMessage().contains(".merapi"), "the copy is not the user's: " + e.getMessage());
  }

  @Test
  void aReloadedModelIsTheSame() {
    var model = Models.convolutional();
    var found = reloaded(model);
    assertSameModel(model, found);
    assertSame(found.graph(), found.trainingGraph());
    assertArrayEquals(Models.output(model), Models.output(found));
  }

  @Test
  void bothGraphsAndTheirConstantsSurvive() throws IOException {
    var model = Models.tabled();
    assertSameModel(model, reloaded(model));
    assertArrayEquals(Models.output(model), Models.output(reloaded(model)));
    Header header = header();
    assertEquals(
        List.of("fc.weight", "fc.bias", "merapi.const.0"), List.copyOf(header.tensors().keySet()));
  }

  @Test
  void aReloadedModelTrainsToTheSameBits() {
    var model = Models.tabled();
    var found = reloaded(model);
    assertArrayEquals(trained(model), trained(found));
  }

  /// Weights, statistics, moments, random key and counters go through a file between two steps.
  @Test
  void trainingThatIsStoppedAndGoesOnGivesTheSameBits() {
    var options = CompileOptions.on("reference").size("N", 4);
    Model whole = Models.regularised();
    try (TrainStep step = whole.trainStep(mse(), adam(0.1), options)) {
      steps(step, 0, 4);
      step.writeTo(whole);
    }
    Model half = Models.regularised();
    try (TrainStep step = half.trainStep(mse(), adam(0.1), options)) {
      steps(step, 0, 2);
      step.writeTo(half);
      ModelFiles.write(file(), half.contents().withState(step.state()));
    }
    ModelContents read = ModelFiles.read(file());
    Model found = Model.of(read);
    assertSameModel(half, found);
    try (TrainStep step = found.trainStep(mse(), adam(0.1), options)) {
      var state = new LinkedHashMap<>(read.parameters());
      state.putAll(read.state());
      step.restore(state);
      steps(step, 2, 4);
      step.writeTo(found);
    }
    assertSameModel(whole, found);
  }

  private static void steps(TrainStep step, int from, int to) {
    for (int i = from; i < to; i++) {
      float[] rows = new float[Math.toIntExact(step.input("x").elements())];
      for (int k = 0; k < rows.length; k++) {
        rows[k] = (float) Math.sin(i * 100 + k);
      }
      step.input("x").copyFrom(rows);
      step.target().copyFrom(new float[] {1, 2, 3, i});
      step.run();
    }
  }

  private static float[] trained(Model model) {
    var options = CompileOptions.on("reference").size("N", 1);
    try (TrainStep step = model.trainStep(mse(), adam(0.1), options)) {
      for (int i = 0; i < 3; i++) {
        float[] row = new float[Models.Tabled.ROWS];
        row[i] = 1;
        step.input("x").copyFrom(row);
        step.run();
      }
      step.writeTo(model);
    }
    return model.parameter("fc.weight").toFloats();
  }

  @Test
  void stateLabelsAndStringsSurvive() {
    var options = CompileOptions.on("reference").size("N", 1);
    var model =
        Models.tabled()
            .withLabels(List.of("a \"b\"", "ü\n\\", "\ud83d\ude00", ""))
            .withMetadata(Map.of("author", "me", "note", ""));
    try (TrainStep step = model.trainStep(mse(), adam(0.1), options)) {
      step.run();
      Map<String, HostTensor> state = step.state();
      ModelFiles.write(file(), model.contents().withState(state));
      ModelContents found = ModelFiles.read(file());
      assertEquals(model.labels(), found.labels());
      assertEquals(model.metadata(), found.metadata());
      assertTrue(found.state().size() >= 3);
      var all = new LinkedHashMap<>(state);
      all.keySet().removeAll(model.parameters().keySet());
      assertEquals(all.keySet(), found.state().keySet());
      all.forEach((name, tensor) ->
          assertEquals(tensor.toLiteral(), found.state().get(name).toLiteral(), name));
    }
  }

  @Test
  void everyElementTypeSurvives() throws IOException {
    var truths = HostTensor.allocate("merapi.state.truths", TensorType.bool(3));
    truths.copyFrom(new boolean[] {true, false, true});
    var whole = HostTensor.allocate("merapi.state.whole", TensorType.i32(2));
    whole.copyFrom(new int[] {Integer.MIN_VALUE, Integer.MAX_VALUE});
    var scalar = HostTensor.allocate("merapi.state.scalar", TensorType.f32());
    scalar.set(0, Float.intBitsToFloat(0x7f800001)); // a signalling NaN keeps its bits
    var empty = HostTensor.allocate("merapi.state.empty", TensorType.f32(0, 5));
    var state = new LinkedHashMap<String, HostTensor>();
    List.of(truths, whole, scalar, empty).forEach(each -> state.put(each.name(), each));
    ModelFiles.write(file(), Models.convolutional().contents().withState(state));
    ModelContents found = ModelFiles.read(file());
    state.forEach((name, tensor) ->
        assertEquals(tensor.toLiteral(), found.state().get(name).toLiteral(), name));
    StoredTensor stored = header().tensors().get("merapi.state.truths");
    assertEquals(3, stored.end() - stored.begin());
  }

  @Test
  void equalModelsGiveEqualBytes() throws IOException {
    Models.tabled().withMetadata(Map.of("b", "1", "a", "2")).save(file());
    byte[] first = Files.readAllBytes(file());
    Models.tabled().withMetadata(Map.of("a", "2", "b", "1")).save(file());
    assertArrayEquals(first, Files.readAllBytes(file()));
    Model.load(file()).save(file());
    assertArrayEquals(first, Files.readAllBytes(file()));
  }

  @Test
  void dataIsAlignedAndWithoutGaps() throws IOException {
    Models.convolutional().save(file());
    byte[] bytes = Files.readAllBytes(file());
    long length = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).getLong(0);
    assertEquals(0, (8 + length) % 64);
    Header header = header();
    assertEquals(header.start(), 8 + length);
    long data = Models.convolutional().parameterCount() * Float.BYTES;
    assertEquals(bytes.length, header.start() + data);
  }

  private Header header() throws IOException {
    try (var channel = Files.newByteChannel(file())) {
      return HeaderReader.read(channel, Limits.LONGEST_HEADER);
    }
  }

  @Test
  void everyChangedByteIsRefused() throws IOException {
    Models.tabled().save(file());
    byte[] bytes = Files.readAllBytes(file());
    for (int i = 0; i < bytes.length; i++) {
      byte kept = bytes[i];
      bytes[i] ^= (byte) (1 << i % 8);
      Files.write(file(), bytes);
      int at = i;
      var e = assertThrows(MerapiException.class, () -> Model.load(file()), () -> "byte " + at);
      assertEquals(Kind.FORMAT, e.kind(), e.getMessage());
      assertTrue(e.getMessage().contains("model.merapi"), e.getMessage());
      bytes[i] = kept;
    }
    Files.write(file(), bytes);
    Model.load(file());
  }

  @Test
  void reservedNamesAreRefused() {
    var model = Models.convolutional().withMetadata(Map.of("merapi.version", "2"));
    var e = assertThrows(MerapiException.class, () -> model.save(file()));
    assertEquals(Kind.ARGUMENT, e.kind());
    assertTrue(e.getMessage().contains("merapi.version"), e.getMessage());
    assertTrue(Files.notExists(file()));
  }

  @Test
  void whatCouldNotBeReadAgainIsNotWritten() throws IOException {
    Models.convolutional().save(file());
    byte[] before = Files.readAllBytes(file());
    var labels = Collections.nCopies(Limits.MOST_LABELS + 1, "");
    var strings = new HashMap<String, String>();
    for (int i = 0; i < Limits.MOST_MEMBERS; i++) {
      strings.put("k" + i, "");
    }
    var state = new HashMap<String, HostTensor>();
    for (int i = 0; i <= Limits.MOST_MEMBERS; i++) {
      String name = "merapi.state." + i;
      state.put(name, HostTensor.allocate(name, TensorType.f32(0)));
    }
    var contents = Models.convolutional().contents();
    for (var each :
        List.of(
            Models.convolutional().withLabels(labels).contents(),
            Models.convolutional().withMetadata(strings).contents(),
            Models.convolutional().withMetadata(Map.of("a", "x".repeat(1 << 24))).contents(),
            contents.withState(state))) {
      var e = assertThrows(MerapiException.class, () -> ModelFiles.write(file(), each));
      assertEquals(Kind.ARGUMENT, e.kind());
      assertTrue(e.getMessage().contains("limit="), e.getMessage());
    }
    assertArrayEquals(before, Files.readAllBytes(file()));
  }

  @Test
  void halfASurrogatePairIsRefused() {
    var model = Models.convolutional().withLabels(List.of("\ud83d"));
    assertThrows(MerapiException.class, () -> model.save(file()));
  }

  @Test
  void anUnknownEndingIsAnsweredWithThoseThatAreKnown() {
    var model = Models.convolutional();
    var e = assertThrows(MerapiException.class, () -> model.save(folder.resolve("model.onnx")));
    assertTrue(e.getMessage().contains(".merapi"), e.getMessage());
  }

  @Test
  void aFolderThatIsMissingIsNamed() throws IOException {
    for (String name : List.of("none/model.merapi", "none/model.safetensors")) {
      var e =
          assertThrows(
              MerapiException.class, () -> Models.convolutional().save(folder.resolve(name)));
      assertEquals(Kind.ARGUMENT, e.kind());
      assertTrue(e.getMessage().contains("folder=" + folder.resolve("none")), e.getMessage());
      assertTrue(e.getMessage().contains("hint"), e.getMessage());
    }
    Files.createDirectory(file());
    var e = assertThrows(MerapiException.class, () -> Models.convolutional().save(file()));
    assertTrue(e.getMessage().contains("is a folder"), e.getMessage());
  }

  @Test
  void aMissingFileIsNamed() {
    var e = assertThrows(MerapiException.class, () -> Model.load(folder.resolve("no.merapi")));
    assertTrue(e.getMessage().contains("no such file"), e.getMessage());
  }
}
