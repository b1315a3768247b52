package dev.merapi.cli;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import picocli.CommandLine.IVersionProvider;

/// What `--version` prints: the version of this build, and the Java that it runs on.
final class Version implements IVersionProvider {
  private static final String RESOURCE = "version.txt"; // filled in by the build

  @Override
  public String[] getVersion() throws IOException {
    try (InputStream stream = Version.class.getResourceAsStream(RESOURCE)) {
      if (stream == null) {
        throw new IOException("not in the jar: " + RESOURCE);
      }
      String version = new String(stream.readAllBytes(), StandardCharsets.UTF_8).strip();
      return new String[] {"merapi " + version + " (Java " + Runtime.version() + ")"};
    }
  }
}
