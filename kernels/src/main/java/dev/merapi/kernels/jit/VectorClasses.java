package dev.merapi.kernels.jit;

import java.util.Optional;

/// Whether vector classes are worth it in this JVM.
public final class VectorClasses {
  private VectorClasses() {}

  /// Why the scalar twins are the fastest there is, or empty if they are not.
  public static Optional<String> missing() {
    return VectorModule.missing().or(C2::missing).or(Fma::missing);
  }
}
