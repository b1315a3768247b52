package dev.merapi.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.merapi.Model;
import dev.merapi.examples.Example;
import dev.merapi.examples.Examples;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TrainTest {
  @TempDir private Path folder;

  @Test
  void printsALineForEachEpochThenLatencyThenTheMeasureAndSaves() {
    Path file = folder.resolve("lenet.merapi");
    String all = new Cli().succeed("train", "lenet", "--epochs", 2, "--batch", 50, "--out", file);
    List<String> lines = all.lines().toList();
    assertTrue(lines.getFirst().startsWith("lenet: "), all);
    assertTrue(lines.getFirst().endsWith("(epochs 2, batch 50, seed 1)"), all);
    assertTrue(lines.get(1).matches("epoch 1/2: loss \\d\\.\\d{4}, accuracy 0\\.\\d{4}, .*"), all);
    assertTrue(lines.get(2).startsWith("epoch 2/2: "), all);
    assertTrue(lines.get(3).matches("saved \\S+ \\([\\d,]+ bytes\\)"), all);
    String time = " [\\d.]+ (us|ms)";
    assertTrue(
        lines.get(4).matches("latency .*p50" + time + ", p99" + time + " \\(.* runs\\)"), all);
    assertTrue(lines.getLast().matches("test accuracy [01]\\.\\d{4}"), all);
    assertEquals(6, lines.size(), all);
    assertTrue(Double.parseDouble(lines.getLast().substring(14)) > 0.9, all);
    assertEquals(44_426, Model.load(file).parameterCount());
  }

  @Test
  void resumesAtTheLastCheckpoint() {
    Object[] words = {"train", "lenet", "--batch", 200, "--checkpoints", folder.resolve("kept")};
    assertTrue(new Cli().succeed(with(words, "--epochs", 1)).contains("epoch 1/1: "));
    String resumed = new Cli().succeed(with(words, "--epochs", 2, "--resume"));
    assertTrue(resumed.contains("epoch 2/2: ") && !resumed.contains("epoch 1/2: "), resumed);
  }

  @Test
  void tablesAreMeasuredByFoldsEachWithALine() {
    List<String> lines = new Cli().succeed("train", "iris", "--epochs", 1).lines().toList();
    for (int fold = 1; fold <= 5; fold++) {
      String line = lines.get(fold);
      assertTrue(line.matches("fold " + fold + "/5: accuracy [01]\\.\\d{4}"), lines::toString);
    }
    assertTrue(lines.getLast().matches("mean test accuracy of 5 folds [01]\\.\\d{4}"));
  }

  private static Object[] with(Object[] words, Object... more) {
    return Stream.concat(Arrays.stream(words), Arrays.stream(more)).toArray();
  }

  @ParameterizedTest
  @CsvSource({
    "lenett, --epochs, 1, no such example: 'lenett'; did you mean lenet?",
    "lenet, --epochs, 0, '--epochs'",
    "lenet, --epochs, -3, '-3' is not a whole number from 1",
    "lenet, --batch, many, 'many' is not a whole number from 1",
    "lenet, --batch, 99999999999, '99999999999' is more than 2147483647",
    "lenet, --threads, 0, '0' is not a whole number from 1",
    "lenet, --seed, x, '--seed'",
    "lenet, --epoch, 3, did you mean --epochs",
    "lenet, --device, gpu, '''gpu'' is none of auto, cpu; did you mean cpu?'",
    "lenet, --threads, 257, 'more than allowed: 257, of 256'"
  })
  void wrongArgumentsAreSaidInOneLineAndExitCodeTwo(
      String network, String option, String value, String expected) {
    String line = Cli.fail(2, "train", network, option, value);
    assertTrue(line.contains(expected), line);
    assertTrue(line.endsWith("(see merapi train --help)"), line);
  }

  @Test
  void whatHindersTheResultIsSaidBeforeTheTraining() throws IOException {
    Path file = folder.resolve("lenet.txt");
    assertTrue(Cli.fail(1, "train", "lenet", "--out", file).contains(".merapi"));
    Path nowhere = folder.resolve("none").resolve("lenet.merapi");
    assertTrue(Cli.fail(1, "train", "lenet", "--out", nowhere).contains("no such folder"));
    assertTrue(Cli.fail(2, "train", "lenet", "--resume").contains("--checkpoints DIR"));
    assertTrue(
        Cli.fail(1, "train", "lenet", "--data", folder.resolve("x")).contains("no such folder"));
    Path plain = Files.writeString(folder.resolve("plain"), "");
    assertTrue(Cli.fail(1, "train", "lenet", "--data", plain).contains("a file, not a folder"));
    String empty = Cli.fail(1, "train", "lenet", "--data", folder);
    assertTrue(empty.contains("train-images-idx3-ubyte"), empty);
  }

  @Test
  void aDeviceThatIsNotThereIsSaidWithThoseThatAre() {
    String line = Cli.fail(2, "train", "lenet", "--device", "cuda");
    assertTrue(line.contains("'cuda' is none of auto, cpu"), line);
  }

  @Test
  void withoutANameTheExamplesAreListed() {
    String line = Cli.fail(2, "train");
    assertTrue(line.contains("NAME"), line);
    for (Example each : Examples.all()) {
      assertTrue(line.contains(each.name()), line);
    }
  }

  @Test
  void helpListsTheExamplesWithWhatTheyDo() {
    String help = new Cli().succeed("train", "--help");
    for (Example each : Examples.all()) {
      assertTrue(help.contains("  " + each.name() + " "), help);
      assertTrue(help.contains(each.description()), help);
    }
    assertFalse(help.contains("%"), help);
    assertTrue(help.lines().allMatch(line -> line.length() <= 80), help);
  }
}
