package dev.merapi.kernels;

import dev.merapi.KernelTarget;
import dev.merapi.MerapiException;
import dev.merapi.MerapiException.Kind;
import dev.merapi.kernels.cpu.CpuBackend;
import dev.merapi.spi.Backend;
import dev.merapi.spi.BackendProvider;
import java.lang.foreign.MemorySegment;

/// Offers the CPU backend.
public final class CpuBackendProvider implements BackendProvider {
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
    Module own = getClass().getModule();
    if (!own.isNativeAccessEnabled() && nativeAccessIsDenied()) {
      String name = own.isNamed() ? own.getName() : "ALL-UNNAMED";
      return new Availability(false, "native access is denied: add --enable-native-access=" + name);
    }
    return new Availability(true, CpuBackend.description());
  }

  /// Without the flag, a JDK 25 warns of the first restricted call; it refuses the call only where
  /// it is told to, and later releases refuse by themselves.
  private static boolean nativeAccessIsDenied() {
    try {
      return MemorySegment.NULL.reinterpret(0).byteSize() != 0;
    } catch (IllegalCallerException _) {
      return true;
    }
  }

  @Override
  public void prepare() {
    if (probe().usable()) {
      CpuBackend.prepare();
    }
  }

  @Override
  public Backend backend() {
    check();
    return new CpuBackend();
  }

  @Override
  public Backend backend(KernelTarget target) {
    check();
    return new CpuBackend(target);
  }

  private void check() {
    Availability answer = probe();
    if (!answer.usable()) {
      throw MerapiException.of(Kind.BACKEND_UNAVAILABLE, "the cpu backend cannot run here")
          .with("reason", answer.description());
    }
  }
}
