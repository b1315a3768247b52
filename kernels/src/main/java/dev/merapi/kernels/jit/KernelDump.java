package dev.merapi.kernels.jit;

import dev.merapi.MerapiException;
import dev.merapi.MerapiException.Kind;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.function.Supplier;

/// Writes generated classes and what they were made from to the folder named by the system property
/// `merapi.dump`, if it is set.
public final class KernelDump {
  private static final String PROPERTY = "merapi.dump";

  private KernelDump() {}

  /// @param name of the class; classes of other sources have other files
  /// @throws MerapiException of kind `ARGUMENT` if there is no folder that can be written to
  public static void write(String name, byte[] classFile, Supplier<String> source) {
    String folder = System.getProperty(PROPERTY, "");
    if (folder.isEmpty()) {
      return;
    }
    String listing = source.get();
    String file = name + "-" + Integer.toHexString(listing.hashCode());
    try {
      Path path = Files.createDirectories(Path.of(folder));
      Files.write(path.resolve(file + ".class"), classFile);
      Files.writeString(path.resolve(file + ".txt"), listing);
    } catch (IOException e) {
      throw MerapiException.of(Kind.ARGUMENT, "kernels: no folder that can be written to")
          .with("folder", folder)
          .with("reason", e.getClass().getSimpleName())
          .at("-D" + PROPERTY)
          .causedBy(e);
    }
  }
}
