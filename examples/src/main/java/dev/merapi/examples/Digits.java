package dev.merapi.examples;

import dev.merapi.MerapiException;
import dev.merapi.MerapiException.Kind;
import dev.merapi.Model;
import dev.merapi.data.Dataset;
import dev.merapi.data.Idx;
import dev.merapi.nn.Layers;
import dev.merapi.nn.Module;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import java.util.zip.GZIPInputStream;

/// The bundled handwritten digits: 8,000 images to train with and 2,000 to test with, 28 x 28 bytes
/// each, from MNIST (LeCun, Cortes, Burges). Each constant is one file in the IDX format.
public enum Digits {
  /// IDX of `u8[8000, 28, 28]`.
  TRAIN_IMAGES("train-images-idx3", "train-images-idx3"),
  /// IDX of `u8[8000]`, values 0 to 9.
  TRAIN_LABELS("train-labels-idx1", "train-labels-idx1"),
  /// IDX of `u8[2000, 28, 28]`.
  TEST_IMAGES("test-images-idx3", "t10k-images-idx3"),
  /// IDX of `u8[2000]`, values 0 to 9.
  TEST_LABELS("test-labels-idx1", "t10k-labels-idx1");

  /// The key of a model's metadata that says what images it was trained on: `dark` for light
  /// strokes on a dark ground, as these digits are, or `light`.
  public static final String GROUND = "image.ground";

  /// The names of the ten classes.
  static final List<String> NAMES = List.of("0", "1", "2", "3", "4", "5", "6", "7", "8", "9");

  /// The mean and deviation of the pixels of MNIST's training images, between 0 and 1.
  private static final double MEAN = 0.1307;

  private static final double DEVIATION = 0.3081;

  /// A model of digits, with what its file shall say of itself.
  static Model describe(Model model) {
    return model.withLabels(NAMES).withMetadata(Map.of(GROUND, "dark"));
  }

  private final String resource;
  private final String file;

  /// @param bundled the name of the bundled file
  /// @param whole the name that MNIST gives to the whole set
  Digits(String bundled, String whole) {
    resource = "mnist/mnist10k-" + bundled + "-ubyte.gz";
    file = whole + "-ubyte";
  }

  /// The unpacked IDX file. The caller closes it.
  ///
  /// @throws IOException if the file is missing from the jar or damaged
  public InputStream open() throws IOException {
    InputStream packed = Digits.class.getResourceAsStream(resource);
    if (packed == null) {
      throw new FileNotFoundException(resource);
    }
    return new GZIPInputStream(packed);
  }

  /// The first layer of a network that reads digits: it brings their pixels to mean 0 and deviation
  /// 1.
  static Module normalize() {
    return Layers.normalize(MEAN, DEVIATION);
  }

  /// The 8,000 digits to train with: images `f32[1, 28, 28]` from 0, black, to 1, labels 0 to 9.
  public static Dataset trainSet() {
    return trainSet(Optional.empty());
  }

  /// The 2,000 digits to test with, as those of [#trainSet].
  public static Dataset testSet() {
    return testSet(Optional.empty());
  }

  /// The digits to train with from a folder with the four files of MNIST (or of a set of the same
  /// form), plain or gzip; the bundled ones if none is given.
  ///
  /// @throws MerapiException of kind `ARGUMENT` if a file is missing, `FORMAT` if it is damaged
  static Dataset trainSet(Optional<Path> folder) {
    return set(TRAIN_IMAGES.read(folder), TRAIN_LABELS.read(folder));
  }

  /// The digits to test with, as those of [#trainSet(Optional)].
  static Dataset testSet(Optional<Path> folder) {
    return set(TEST_IMAGES.read(folder), TEST_LABELS.read(folder));
  }

  private static Dataset set(Idx images, Idx labels) {
    return Dataset.images(images, labels);
  }

  private Idx read(Optional<Path> folder) {
    return folder.map(this::in).map(Idx::read).orElseGet(this::bundled);
  }

  private Path in(Path folder) {
    return Stream.of(file, file + ".gz")
        .map(folder::resolve)
        .filter(Files::exists)
        .findFirst()
        .orElseThrow(() ->
            MerapiException.of(Kind.ARGUMENT, "digits: there is no such file")
                .with("folder", folder)
                .with("file", file)
                .hint("a folder with the four files of MNIST, plain or gzip"));
  }

  private Idx bundled() {
    try (InputStream stream = open()) {
      return Idx.read(stream, name());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
