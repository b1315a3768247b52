package dev.merapi.format;

import static dev.merapi.Model.input;
import static dev.merapi.graph.TensorType.f32;
import static dev.merapi.nn.Layers.dense;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.merapi.Model;
import dev.merapi.RandomKey;
import dev.merapi.memory.HostTensor;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// A process that saves again and again is killed at random moments.
///
/// `-Dmerapi.kills=100` sets how often.
class KilledSaveTest {
  private static final int KILLS = Integer.getInteger("merapi.kills", 12);

  @TempDir private Path folder;

  static Model model() {
    return Model.of(dense(300, 400), input("x", f32("N", 300)), RandomKey.of(1));
  }

  /// What is killed: saves versions, in each of which every weight is the version's number, and
  /// tells each one that is done.
  static final class Saver {
    private Saver() {}

    public static void main(String[] arguments) {
      Path file = Path.of(arguments[0]);
      Model model = model();
      for (int version = Integer.parseInt(arguments[1]); ; version++) {
        for (HostTensor tensor : model.parameters().values()) {
          float[] all = new float[Math.toIntExact(tensor.elements())];
          Arrays.fill(all, version);
          tensor.copyFrom(all);
        }
        model.save(file);
        System.out.println(version);
      }
    }
  }

  @Test
  void theFileIsAlwaysOneOfTheVersions() throws IOException, InterruptedException {
    var random = new Random(5);
    Path file = folder.resolve("model.merapi");
    int next = 1;
    int unfinished = 0;
    for (int kill = 0; kill < KILLS; kill++) {
      int done = saveUntilKilled(file, next, random);
      int found = version(Model.load(file));
      assertTrue(found == done || found == done + 1, "found " + found + ", told of " + done);
      next = found + 1;
      unfinished += removeUnfinished();
    }
    System.out.println("kills " + KILLS + ", saves " + next + ", cut short " + unfinished);
  }

  /// The last version that the process told of.
  private static int saveUntilKilled(Path file, int next, Random random)
      throws IOException, InterruptedException {
    var command =
        List.of(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-cp",
            System.getProperty("java.class.path"),
            Saver.class.getName(),
            file.toString(),
            Integer.toString(next));
    Process process =
        new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT).start();
    try (var output =
        new BufferedReader(
            new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8))) {
      var told = new ArrayList<String>();
      told.add(output.readLine());
      Thread.sleep(random.nextInt(60), random.nextInt(1_000_000));
      process.toHandle().destroyForcibly(); // Process.destroyForcibly() would close the pipe, too
      process.waitFor();
      output.lines().forEach(told::add);
      return Integer.parseInt(told.getLast());
    }
  }

  private static int version(Model model) {
    float first = model.parameter("bias").getFloat(0);
    for (HostTensor tensor : model.parameters().values()) {
      for (float each : tensor.toFloats()) {
        assertEquals(first, each);
      }
    }
    return (int) first;
  }

  /// Removes what killed saves have left beside the file.
  private int removeUnfinished() throws IOException {
    int count = 0;
    try (var files = Files.newDirectoryStream(folder, "*.tmp")) {
      for (Path each : files) {
        Files.delete(each);
        count++;
      }
    }
    return count;
  }
}
