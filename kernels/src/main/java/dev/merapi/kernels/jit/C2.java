package dev.merapi.kernels.jit;

import java.util.Optional;

/// The JVM's optimizing compiler, which turns calls of the Vector API into instructions.
///
/// Some programs are started without it, to start faster: Spring Boot's `spring-boot:run` passes
/// `-XX:TieredStopAtLevel=1`. Vector code would then stay a thousand times slower than its scalar
/// twin.
public final class C2 {
  private C2() {}

  /// Why this JVM has none, or empty if it has it.
  public static Optional<String> missing() {
    return missing(System.getProperty("java.vm.info", ""));
  }

  /// @param info what `java -version` says of the mode it runs in
  static Optional<String> missing(String info) {
    boolean absent = info.contains("emulated-client") || info.contains("interpreted mode");
    return absent
        ? Optional.of(
            "the JVM runs without C2 (" + info + "): leave out -XX:TieredStopAtLevel and -Xint")
        : Optional.empty();
  }
}
