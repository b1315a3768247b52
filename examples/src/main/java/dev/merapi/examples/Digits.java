package dev.merapi.examples;

import dev.merapi.data.Dataset;
import dev.merapi.data.Idx;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.zip.GZIPInputStream;

/// The bundled handwritten digits: 8,000 images to train with and 2,000 to test with, 28 x 28 bytes
/// each, from MNIST (LeCun, Cortes, Burges). Each constant is one file in the IDX format.
public enum Digits {
  /// IDX of `u8[8000, 28, 28]`.
  TRAIN_IMAGES("train-images-idx3"),
  /// IDX of `u8[8000]`, values 0 to 9.
  TRAIN_LABELS("train-labels-idx1"),
  /// IDX of `u8[2000, 28, 28]`.
  TEST_IMAGES("test-images-idx3"),
  /// IDX of `u8[2000]`, values 0 to 9.
  TEST_LABELS("test-labels-idx1");

  /// The mean and deviation of the pixels of MNIST's training images, between 0 and 1.
  private static final double MEAN = 0.1307;

  private static final double DEVIATION = 0.3081;

  private final String resource;

  Digits(String file) {
    this.resource = "mnist/mnist10k-" + file + "-ubyte.gz";
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

  /// The 8,000 digits to train with: images `f32[1, 28, 28]` normalised to mean 0 and deviation 1,
  /// labels 0 to 9.
  public static Dataset trainSet() {
    return set(TRAIN_IMAGES, TRAIN_LABELS);
  }

  /// The 2,000 digits to test with, as those of [#trainSet].
  public static Dataset testSet() {
    return set(TEST_IMAGES, TEST_LABELS);
  }

  private static Dataset set(Digits images, Digits labels) {
    return Dataset.images(images.read(), labels.read()).normalised(MEAN, DEVIATION);
  }

  private Idx read() {
    try (InputStream stream = open()) {
      return Idx.read(stream, name());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
