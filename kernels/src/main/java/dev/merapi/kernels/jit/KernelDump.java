package dev.merapi.kernels.jit;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;

/// Writes emitted classes and what they were emitted from to the folder named by the system
/// property `merapi.dump`, if it is set.
public final class KernelDump {
  private KernelDump() {}

  public static void write(String name, byte[] classFile, String listing) {
    String folder = System.getProperty("merapi.dump", "");
    if (folder.isEmpty()) {
      return;
    }
    try {
      Path path = Files.createDirectories(Path.of(folder));
      Files.write(path.resolve(name + ".class"), classFile);
      if (!listing.isEmpty()) {
        Files.writeString(path.resolve(name + ".txt"), listing);
      }
    } catch (IOException e) {
      throw new UncheckedIOException("merapi.dump=" + folder, e);
    }
  }
}
