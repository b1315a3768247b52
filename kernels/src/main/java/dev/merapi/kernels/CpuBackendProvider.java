package dev.merapi.kernels;

import dev.merapi.MerapiException;
import dev.merapi.MerapiException.Kind;
import dev.merapi.kernels.cpu.CpuBackend;
import dev.merapi.spi.Backend;
import dev.merapi.spi.BackendProvider;

/// Offers the CPU backend. This class loads without the Vector API, so that it can say that the
/// module is missing.
public final class CpuBackendProvider implements BackendProvider {
  private static final String VECTOR_MODULE = "jdk.incubator.vector";

  /// For `ServiceLoader`.
  public CpuBackendProvider() {}

  @Override
  public String name() {
    return "cpu";
  }

  @Override
  public int priority() {
    return 10;
  }

  @Override
  public Availability probe() {
    if (ModuleLayer.boot().findModule(VECTOR_MODULE).isEmpty()) {
      return new Availability(
          false,
          "the module " + VECTOR_MODULE + " is not there: add --add-modules " + VECTOR_MODULE);
    }
    return new Availability(true, CpuBackend.description());
  }

  @Override
  public Backend backend() {
    Availability answer = probe();
    if (!answer.usable()) {
      throw MerapiException.of(Kind.BACKEND_UNAVAILABLE, "the cpu backend cannot run here")
          .with("reason", answer.description())
          .hint("java --add-modules " + VECTOR_MODULE + " ...");
    }
    return new CpuBackend();
  }
}
