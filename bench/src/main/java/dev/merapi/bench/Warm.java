package dev.merapi.bench;

import dev.merapi.MerapiException;
import dev.merapi.MerapiException.Kind;
import dev.merapi.kernels.jit.TieredKernel;
import java.time.Duration;
import java.util.List;

/// Brings kernels to their full speed before they are timed.
final class Warm {
  private static final Duration PATIENCE = Duration.ofSeconds(20);

  private Warm() {}

  static void up(List<TieredKernel> kernels) {
    for (var kernel : kernels) {
      var state = kernel.warmUp(PATIENCE);
      if (!state.hasVectors()) {
        throw MerapiException.of(Kind.BACKEND_UNAVAILABLE, "a kernel does not get warm")
            .with("state", state)
            .with("seconds", PATIENCE.toSeconds());
      }
    }
  }
}
