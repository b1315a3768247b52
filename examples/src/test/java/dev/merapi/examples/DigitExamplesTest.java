package dev.merapi.examples;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.merapi.CompileOptions;
import dev.merapi.MerapiException;
import dev.merapi.Model;
import dev.merapi.TrainStep;
import dev.merapi.data.Dataset;
import dev.merapi.optim.Sgd;
import dev.merapi.train.FitOption;
import dev.merapi.train.Losses;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The examples on digits. What they reach when they are trained in full is printed by [Seeds].
class DigitExamplesTest {
  private static final int FEW_TRAIN = 2_000;
  private static final int FEW_TEST = 500;

  @TempDir private Path folder;

  /// Writes the first bundled digits as files of MNIST.
  private void writeFewDigits() throws IOException {
    write("train-images-idx3-ubyte", Digits.TRAIN_IMAGES, FEW_TRAIN, 28, 28);
    write("train-labels-idx1-ubyte", Digits.TRAIN_LABELS, FEW_TRAIN);
    write("t10k-images-idx3-ubyte.gz", Digits.TEST_IMAGES, FEW_TEST, 28, 28);
    write("t10k-labels-idx1-ubyte", Digits.TEST_LABELS, FEW_TEST);
  }

  private void write(String name, Digits digits, int rows, int... row) throws IOException {
    var header = ByteBuffer.allocate(8 + 4 * row.length);
    header.putInt(0x0801 + row.length).putInt(rows);
    Arrays.stream(row).forEach(header::putInt);
    int bytes = rows * Arrays.stream(row).reduce(1, Math::multiplyExact);
    try (InputStream in = digits.open();
        OutputStream out = open(folder.resolve(name))) {
      out.write(header.array());
      in.skipNBytes(header.capacity());
      out.write(in.readNBytes(bytes));
    }
  }

  private static OutputStream open(Path file) throws IOException {
    OutputStream plain = Files.newOutputStream(file);
    return file.toString().endsWith(".gz") ? new GZIPOutputStream(plain) : plain;
  }

  private Settings few(Example example) throws IOException {
    writeFewDigits();
    var options = CompileOptions.cpu();
    return new Settings(1, 16, 1, options, Optional.of(folder), List.of(FitOption.quiet()));
  }

  @Test
  void leNetReadsMostDigitsAfterTwoThousand() throws IOException {
    Outcome outcome = new LeNet().train(few(new LeNet()));
    assertEquals("test accuracy", outcome.metric());
    assertTrue(outcome.value() > 0.8, outcome.toString());
    assertEquals(1, outcome.history().size());
    assertEquals(44_426, outcome.model().parameterCount());
  }

  @Test
  void convNetReadsMostDigitsAfterTwoThousand() throws IOException {
    Outcome outcome = new ConvNet().train(few(new ConvNet()));
    assertTrue(outcome.value() > 0.8, outcome.toString());
    assertEquals(421_642, outcome.model().parameterCount());
  }

  @Test
  void aSeedDecidesAllAndAnotherSeedOther() throws IOException {
    Settings settings = few(new LeNet()).epochs(1);
    double loss = new LeNet().train(settings).history().last().loss();
    assertEquals(loss, new LeNet().train(settings).history().last().loss());
    var other = new Settings(1, 16, 2, settings.options(), settings.data(), settings.more());
    assertTrue(loss != new LeNet().train(other).history().last().loss());
  }

  @Test
  void loopsOfOnesOwnTrainAndTest() {
    Dataset train = Digits.trainSet().slice(0, FEW_TRAIN + 1);
    Dataset test = Digits.testSet().slice(0, FEW_TEST + 1);
    Model model = LeNet.model(1);
    var options = CompileOptions.cpu().upTo("N", 64);
    var optimizer = Sgd.sgd(0.02).momentum(0.9);
    try (TrainStep step = model.trainStep(Losses.crossEntropy(), optimizer, options)) {
      LeNetLoops.Score score = LeNetLoops.run(step, train, test, 3);
      assertTrue(score.accuracy() > 0.8, score.toString());
      assertTrue(score.loss() < 0.7, score.toString());
    }
  }

  @Test
  void aFolderWithoutDigitsIsNamed() {
    var e = assertThrows(MerapiException.class, () -> Digits.testSet(Optional.of(folder)));
    assertEquals(MerapiException.Kind.ARGUMENT, e.kind());
    assertTrue(e.getMessage().contains("t10k-images-idx3-ubyte"), e.getMessage());
    assertTrue(e.getMessage().contains(folder.toString()), e.getMessage());
  }
}
