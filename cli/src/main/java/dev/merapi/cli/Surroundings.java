package dev.merapi.cli;

import dev.merapi.MerapiException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;

/// What the JVM and the machine say of themselves.
final class Surroundings {
  private static final int JAVA = 25;
  private static final String VECTOR_MODULE = "jdk.incubator.vector";
  private static final Path CPUINFO = Path.of("/proc/cpuinfo");

  private Surroundings() {}

  static List<Finding> java() {
    return List.of(version(Runtime.version()), vectorModule(), nativeAccess());
  }

  static List<Finding> machine() {
    return List.of(
        Finding.good(
            "system", System.getProperty("os.name") + ", " + System.getProperty("os.arch")),
        Finding.good("cpu", cpuModel()),
        Finding.good("cores", Integer.toString(Runtime.getRuntime().availableProcessors())),
        Finding.good(
            "java heap",
            String.format(Locale.ROOT, "%d MiB at most", Runtime.getRuntime().maxMemory() >> 20)));
  }

  static Finding version(Runtime.Version found) {
    String text = found + ", " + System.getProperty("java.vm.name");
    return found.feature() == JAVA
        ? Finding.good("java", text)
        : new Finding("java", text, "run it on a JDK " + JAVA);
  }

  private static Finding vectorModule() {
    return ModuleLayer.boot().findModule(VECTOR_MODULE).isPresent()
        ? Finding.good("vector api", VECTOR_MODULE + " is present")
        : new Finding(
            "vector api", VECTOR_MODULE + " is missing", "add --add-modules " + VECTOR_MODULE);
  }

  private static Finding nativeAccess() {
    var library = MerapiException.class.getModule();
    String name = library.isNamed() ? library.getName() : "ALL-UNNAMED";
    return library.isNativeAccessEnabled()
        ? Finding.good("native access", "enabled for " + name)
        : new Finding(
            "native access",
            "not enabled: the JVM warns today and will refuse in a later release",
            "add --enable-native-access=" + name);
  }

  private static String cpuModel() {
    try (var lines = Files.lines(CPUINFO)) {
      return lines
          .filter(line -> line.startsWith("model name"))
          .map(line -> line.substring(line.indexOf(':') + 1).strip())
          .findFirst()
          .orElse("model not known");
    } catch (IOException _) {
      return "model not known: no " + CPUINFO;
    }
  }
}
