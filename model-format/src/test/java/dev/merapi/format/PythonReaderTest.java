package dev.merapi.format;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.merapi.Model;
import dev.merapi.ModelFiles;
import dev.merapi.graph.DType;
import dev.merapi.graph.TensorType;
import dev.merapi.memory.HostTensor;
import dev.merapi.spi.ModelContents;
import dev.merapi.spi.WeightsReader.Weights;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Python's safetensors opens a saved model. It is asked where a Python with safetensors and numpy
/// is: `-Dmerapi.python=PATH`, or `python3`. Everywhere else there are the fixtures `python_*`: a
/// saved model, what Python found in it, and what Python wrote of it (see `read_model.py`).
class PythonReaderTest {
  private static final String SCRIPT = SafetensorsTest.fixture("read_model.py").toString();

  private static final String PYTHON =
      Optional.ofNullable(System.getProperty("merapi.python")).orElse("python3");

  @TempDir private Path folder;

  private static Optional<String> python(String... arguments) throws InterruptedException {
    try {
      var command = new ArrayList<>(List.of(PYTHON));
      command.addAll(List.of(arguments));
      var process = new ProcessBuilder(command).redirectErrorStream(true).start();
      String output = new String(process.getInputStream().readAllBytes(), UTF_8);
      return process.waitFor() == 0 ? Optional.of(output) : Optional.empty();
    } catch (IOException _) {
      return Optional.empty();
    }
  }

  private static void assumePython() throws InterruptedException {
    assumeTrue(python("-c", "import safetensors.numpy").isPresent(), "no Python with safetensors");
  }

  @Test
  void findsTheSameTensors() throws InterruptedException {
    assumePython();
    Model model = Models.tabled();
    var truths = HostTensor.allocate("merapi.state.truths", TensorType.bool(3));
    truths.copyFrom(new boolean[] {true, false, true});
    Path file = folder.resolve("model.merapi");
    ModelContents contents = model.contents().withState(Map.of(truths.name(), truths));
    ModelFiles.write(file, contents);
    assertSameTensors(contents, python(SCRIPT, file.toString()).orElseThrow());
  }

  @Test
  void foundTheSameTensorsInTheFixture() throws IOException {
    ModelContents contents = ModelFiles.read(SafetensorsTest.fixture("python_model.merapi"));
    assertSameTensors(
        contents, Files.readString(SafetensorsTest.fixture("python_model.txt"), UTF_8));
  }

  /// So that Python would find the same in what is written today.
  @Test
  void theFixtureIsWrittenToTheSameBytes() throws IOException {
    Path fixture = SafetensorsTest.fixture("python_model.merapi");
    Path file = folder.resolve("model.merapi");
    ModelFiles.write(file, ModelFiles.read(fixture));
    assertArrayEquals(Files.readAllBytes(fixture), Files.readAllBytes(file));
  }

  @Test
  void whatPythonWroteOfTheFixtureIsRead() {
    ModelContents contents = ModelFiles.read(SafetensorsTest.fixture("python_model.merapi"));
    Path file = SafetensorsTest.fixture("python_model.safetensors");
    try (Weights weights = new SafetensorsReader().open(file)) {
      all(contents)
          .forEach((name, tensor) ->
              assertEquals(
                  tensor.toLiteral(), weights.read(name, tensor.type()).toLiteral(), name));
    }
  }

  @Test
  void findsTheSameInTheFixtureStill() throws IOException, InterruptedException {
    assumePython();
    String file = SafetensorsTest.fixture("python_model.merapi").toString();
    Path known = SafetensorsTest.fixture("python_model.txt");
    assertEquals(Files.readString(known, UTF_8), python(SCRIPT, file).orElseThrow());
  }

  private static Map<String, HostTensor> all(ModelContents contents) {
    var tensors = new TreeMap<>(contents.parameters());
    tensors.putAll(contents.state());
    return tensors;
  }

  /// @param found what the script printed
  private static void assertSameTensors(ModelContents contents, String found) {
    var expected =
        all(contents).values().stream()
            .map(each -> line(each, each.type().dtype() == DType.BOOL ? "bool" : "float32"))
            .toList();
    String constant = "merapi.const.0 float32 13x13 ";
    String known =
        found.lines().filter(line -> !line.startsWith(constant)).collect(Collectors.joining("\n"));
    assertEquals(String.join("\n", expected), known);
    assertEquals(expected.size() + 1, found.lines().count());
  }

  private static String line(HostTensor tensor, String type) {
    int size = type.equals("bool") ? 1 : Float.BYTES;
    var bytes =
        ByteBuffer.allocate(Math.toIntExact(tensor.elements()) * size)
            .order(ByteOrder.LITTLE_ENDIAN);
    LongStream.range(0, tensor.elements())
        .forEach(i -> {
          if (size == 1) {
            bytes.put((byte) tensor.getInt(i));
          } else {
            bytes.putFloat(tensor.getFloat(i));
          }
        });
    String shape =
        tensor.shape().dims().stream().map(Object::toString).collect(Collectors.joining("x"));
    String hash = Sha256.text(Sha256.digest().digest(bytes.array()));
    return tensor.name() + " " + type + " " + shape + " " + hash;
  }
}
