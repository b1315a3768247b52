package dev.merapi.cli;

import com.sun.management.OperatingSystemMXBean;
import dev.merapi.MerapiException;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/// What the JVM and the machine say of themselves.
final class Surroundings {
  private static final int JAVA = 25;
  private static final String VECTOR_MODULE = "jdk.incubator.vector";
  private static final Path CPUINFO = Path.of("/proc/cpuinfo");
  private static final Path HUGE_PAGES = Path.of("/sys/kernel/mm/transparent_hugepage/enabled");

  private Surroundings() {}

  static List<Finding> java() {
    return List.of(
        version(Runtime.version()),
        Finding.good("java home", System.getProperty("java.home", "not known")),
        flags(),
        vectorModule(),
        nativeAccess());
  }

  static List<Finding> machine() {
    return List.of(
        Finding.good(
            "system", System.getProperty("os.name") + ", " + System.getProperty("os.arch")),
        Finding.good("cpu", cpuModel()),
        Finding.good("cores", Integer.toString(Runtime.getRuntime().availableProcessors())),
        Finding.good("memory", memory()),
        Finding.good("java heap", mebibytes(Runtime.getRuntime().maxMemory()) + " MiB at most"),
        hugePages(setting(HUGE_PAGES)));
  }

  static Finding version(Runtime.Version found) {
    String text = found + ", " + System.getProperty("java.vm.name");
    return found.feature() == JAVA
        ? Finding.good("java", text)
        : new Finding("java", text, "run it on a JDK " + JAVA);
  }

  private static Finding flags() {
    var flags = ManagementFactory.getRuntimeMXBean().getInputArguments();
    return Finding.good("jvm flags", flags.isEmpty() ? "none" : String.join(" ", flags));
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

  private static String memory() {
    var system = (OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();
    return mebibytes(system.getTotalMemorySize())
        + " MiB, "
        + mebibytes(system.getFreeMemorySize())
        + " MiB of it free";
  }

  /// The kernel's setting is a list of words, of which one stands in brackets.
  ///
  /// @param setting empty where the system has no such thing
  static Finding hugePages(Optional<String> setting) {
    String name = "huge pages";
    if (setting.isEmpty()) {
      return Finding.good(name, "none that this system offers; small pages serve as well");
    }
    String text = setting.get();
    return text.contains("[never]")
        ? Finding.good(name, "turned off: large models run somewhat slower")
        : Finding.good(
            name,
            "2 MiB where a model is large enough (" + text.replaceAll(".*\\[|\\].*", "") + ")");
  }

  private static Optional<String> setting(Path file) {
    try {
      return Optional.of(Files.readString(file).strip());
    } catch (IOException _) {
      return Optional.empty();
    }
  }

  private static String mebibytes(long bytes) {
    return String.format(Locale.ROOT, "%,d", bytes >> 20);
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
