package dev.merapi.cli;

import dev.merapi.MerapiException;
import dev.merapi.MerapiException.Kind;
import dev.merapi.Tensor;
import dev.merapi.toolkit.arrays.JsonArrays;
import dev.merapi.toolkit.arrays.Npy;
import dev.merapi.toolkit.images.Images;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;

/// A file that an output is written to.
final class OutputFile {
  private OutputFile() {}

  /// Notices before the model runs what would hinder writing.
  ///
  /// @throws MerapiException of kind `ARGUMENT`
  static void check(Path file) {
    switch (FileChecks.ending(file)) {
      case ".npy", ".json", ".png" -> FileChecks.checkWritable("output", file);
      default ->
          throw MerapiException.of(Kind.ARGUMENT, "output: not a file that can be written")
              .with("file", file)
              .with("known", ".npy, .json, .png");
    }
  }

  static void write(Path file, Tensor tensor) {
    switch (FileChecks.ending(file)) {
      case ".npy" -> Npy.write(file, tensor);
      case ".json" -> writeText(file, JsonArrays.text(tensor) + "\n");
      default -> Images.write(file, image(tensor, file));
    }
  }

  private static void writeText(Path file, String text) {
    try {
      Files.writeString(file, text);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static Tensor image(Tensor tensor, Path file) {
    boolean batch = tensor.rank() == 4;
    if (batch && tensor.shape().size(0) != 1) {
      throw MerapiException.of(Kind.SHAPE, "output: a .png holds one image")
          .with("type", tensor.type())
          .at(file.toString())
          .hint("write .npy");
    }
    return batch ? tensor.squeeze(0) : tensor;
  }
}
