package dev.merapi.bench.fresh;

import dev.merapi.MerapiException;
import dev.merapi.MerapiException.Kind;
import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import java.util.stream.Stream;

/// Starts JVMs for measurements, each with what it needs on its class path, and no more.
///
/// @param flags of the JVM
/// @param classPath jars, as an AOT cache wants them
public record FreshJvm(List<String> flags, List<Path> classPath) {
  /// A result, and when the process was started, milliseconds of [System#currentTimeMillis].
  public record Outcome(long started, String out) {}

  /// The jars in which some classes are; of those that lie in a folder, one is packed.
  ///
  /// @param folder for what is packed
  public static List<Path> jars(Path folder, List<Class<?>> classes) {
    try {
      var jars = new ArrayList<Path>();
      for (Class<?> each : classes) {
        Path place = Path.of(each.getProtectionDomain().getCodeSource().getLocation().toURI());
        Path jar = Files.isDirectory(place) ? packed(place, folder) : place;
        if (!jars.contains(jar)) {
          jars.add(jar);
        }
      }
      return jars;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (URISyntaxException e) {
      throw new IllegalStateException(e);
    }
  }

  private static Path packed(Path classes, Path folder) throws IOException {
    Path jar = Files.createTempFile(folder, "", ".jar");
    try (var out = new JarOutputStream(Files.newOutputStream(jar));
        Stream<Path> files = Files.walk(classes)) {
      for (Path file : files.filter(Files::isRegularFile).sorted().toList()) {
        String name = classes.relativize(file).toString().replace(File.separatorChar, '/');
        out.putNextEntry(new JarEntry(name));
        Files.copy(file, out);
        out.closeEntry();
      }
    }
    return jar;
  }

  /// The same with further flags.
  public FreshJvm with(String... more) {
    return new FreshJvm(Stream.concat(flags.stream(), Stream.of(more)).toList(), classPath);
  }

  /// Runs a class to its end.
  ///
  /// @throws MerapiException of kind `BACKEND_UNAVAILABLE` with what it said if it fails
  public Outcome run(Class<?> main, List<String> arguments) throws IOException {
    var command = new ArrayList<String>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(flags);
    command.add("-cp");
    command.add(String.join(File.pathSeparator, classPath.stream().map(Path::toString).toList()));
    command.add(main.getName());
    command.addAll(arguments);
    var builder = new ProcessBuilder(command).redirectErrorStream(true);
    builder.environment().remove("JAVA_TOOL_OPTIONS");
    builder.environment().remove("JDK_JAVA_OPTIONS");
    long started = System.currentTimeMillis();
    Process process = builder.start();
    String out = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    if (exit(process) != 0) {
      throw MerapiException.of(Kind.BACKEND_UNAVAILABLE, "a JVM that was measured failed")
          .with("command", String.join(" ", command))
          .with("said", out.strip());
    }
    return new Outcome(started, out);
  }

  private static int exit(Process process) {
    try {
      return process.waitFor();
    } catch (InterruptedException e) {
      process.destroyForcibly();
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted", e);
    }
  }
}
