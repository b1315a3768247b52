package dev.merapi.kernels.jit;

import java.util.Optional;

/// The module of the Vector API, which incubates: a JVM has it only where it is asked for. Machine
/// code does without.
public final class VectorModule {
  private static final String NAME = "jdk.incubator.vector";
  private static final boolean THERE = ModuleLayer.boot().findModule(NAME).isPresent();

  private VectorModule() {}

  /// Whether its classes can be loaded.
  public static boolean isThere() {
    return THERE;
  }

  /// Why they cannot, or empty if they can.
  public static Optional<String> missing() {
    return THERE
        ? Optional.empty()
        : Optional.of("the module " + NAME + " is not there: add --add-modules " + NAME);
  }
}
