package dev.merapi.bench.compare;

import dev.merapi.bench.Networks;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;

/// The networks' files, unpacked into a folder of their own for as long as they are needed: ONNX
/// Runtime finds the weights beside the graph, in the file that the graph names.
///
/// `networks.py` in `src/main/python` writes them.
final class Fixtures implements AutoCloseable {
  private static final List<String> ENDINGS = List.of(".onnx", ".safetensors");

  private final Path folder;

  private Fixtures(Path folder) {
    this.folder = folder;
  }

  /// Unpacks the files of some networks.
  static Fixtures of(List<Networks> networks) {
    try {
      var fixtures = new Fixtures(Files.createTempDirectory("merapi-compare"));
      for (Networks network : networks) {
        for (String ending : ENDINGS) {
          fixtures.unpack(name(network) + ending);
        }
      }
      return fixtures;
    } catch (IOException e) {
      throw new UncheckedIOException("networks cannot be unpacked", e);
    }
  }

  private void unpack(String file) throws IOException {
    try (InputStream in = Networks.class.getResourceAsStream("networks/" + file)) {
      if (in == null) {
        throw new IOException("not on the class path: networks/" + file);
      }
      Files.copy(in, folder.resolve(file));
    }
  }

  /// What workloads and files call a network.
  static String name(Networks network) {
    return network.name().toLowerCase(Locale.ROOT);
  }

  Path graph(Networks network) {
    return folder.resolve(name(network) + ".onnx");
  }

  Path weights(Networks network) {
    return folder.resolve(name(network) + ".safetensors");
  }

  @Override
  public void close() {
    try {
      List<Path> files;
      try (var listed = Files.list(folder)) {
        files = listed.toList();
      }
      for (Path file : files) {
        Files.delete(file);
      }
      Files.delete(folder);
    } catch (IOException e) {
      throw new UncheckedIOException("the unpacked networks cannot be deleted", e);
    }
  }
}
