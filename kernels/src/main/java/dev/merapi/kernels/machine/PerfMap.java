package dev.merapi.kernels.machine;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.merapi.MerapiException;
import dev.merapi.MerapiException.Kind;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Optional;

/// Tells Linux's `perf` the names of kernels, in `/tmp/perf-PID.map`, if the system property
/// `merapi.perfmap` is `true`.
final class PerfMap {
  private final Optional<Path> file;

  /// @param file to be written, if any
  PerfMap(Optional<Path> file) {
    this.file = file;
  }

  /// That of this process.
  static PerfMap host() {
    if (!Boolean.getBoolean("merapi.perfmap")) {
      return new PerfMap(Optional.empty());
    }
    long process = ProcessHandle.current().pid(); // brings a pool of threads along
    return new PerfMap(Optional.of(Path.of("/tmp/perf-" + process + ".map")));
  }

  /// Appends a line: where the code begins and how many bytes it has, both in hexadecimal digits,
  /// and its name.
  ///
  /// @throws MerapiException of kind `ARGUMENT` if the file cannot be written
  void add(long address, long bytes, String name) {
    if (file.isEmpty()) {
      return;
    }
    String line = Long.toHexString(address) + " " + Long.toHexString(bytes) + " " + name + "\n";
    try {
      Files.writeString(
          file.get(), line, UTF_8, StandardOpenOption.CREATE, StandardOpenOption.APPEND);
    } catch (IOException e) {
      throw MerapiException.of(Kind.ARGUMENT, "kernels: no file that can be written to")
          .with("file", file.get())
          .with("reason", e.getClass().getSimpleName())
          .at("-Dmerapi.perfmap")
          .causedBy(e);
    }
  }
}
