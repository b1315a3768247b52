package dev.merapi.format;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.merapi.Model;
import dev.merapi.ModelFiles;
import dev.merapi.graph.TensorType;
import dev.merapi.memory.HostTensor;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
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

/// Python's safetensors opens a saved model. Runs where a Python with safetensors and numpy is:
/// `-Dmerapi.python=PATH`, or `python3`.
class PythonReaderTest {
  private static final String PYTHON =
      Optional.ofNullable(System.getProperty("merapi.python")).orElse("python3");

  @TempDir private Path folder;

  private static Optional<String> python(String... arguments) throws InterruptedException {
    try {
      var command = new ArrayList<>(List.of(PYTHON));
      command.addAll(List.of(arguments));
      var process = new ProcessBuilder(command).redirectErrorStream(true).start();
      String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      return process.waitFor() == 0 ? Optional.of(output) : Optional.empty();
    } catch (IOException _) {
      return Optional.empty();
    }
  }

  @Test
  void findsTheSameTensors() throws InterruptedException {
    assumeTrue(python("-c", "import safetensors.numpy").isPresent(), "no Python with safetensors");
    Model model = Models.tabled();
    var truths = HostTensor.allocate("merapi.state.truths", TensorType.bool(3));
    truths.copyFrom(new boolean[] {true, false, true});
    Path file = folder.resolve("model.merapi");
    ModelFiles.write(file, model.contents().withState(Map.of(truths.name(), truths)));
    var expected = new TreeMap<String, String>();
    model.parameters().forEach((name, tensor) -> expected.put(name, line(tensor, "float32")));
    expected.put(truths.name(), line(truths, "bool"));
    String script = SafetensorsTest.fixture("read_model.py").toString();
    String found = python(script, file.toString()).orElseThrow();
    String constant = "merapi.const.0 float32 13x13 ";
    String known =
        found.lines().filter(line -> !line.startsWith(constant)).collect(Collectors.joining("\n"));
    assertEquals(String.join("\n", expected.values()), known);
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
