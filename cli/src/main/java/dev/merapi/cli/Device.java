package dev.merapi.cli;

import dev.merapi.Backends;
import dev.merapi.CompileOptions;
import dev.merapi.MerapiException;
import dev.merapi.MerapiException.Kind;
import dev.merapi.spi.BackendProvider;
import java.util.List;
import java.util.Locale;

/// What a model runs on.
enum Device {
  AUTO,
  CPU,
  CUDA;

  /// @throws MerapiException of kind `BACKEND_UNAVAILABLE` if there is none of that name here
  CompileOptions options() {
    if (this == AUTO) {
      return CompileOptions.best();
    }
    String name = name().toLowerCase(Locale.ROOT);
    List<BackendProvider> found = Backends.all();
    BackendProvider backend =
        found.stream()
            .filter(each -> each.name().equals(name))
            .findFirst()
            .orElseThrow(() -> unavailable(name, found));
    var answer = backend.probe();
    if (!answer.usable()) {
      throw MerapiException.of(Kind.BACKEND_UNAVAILABLE, "device: does not work here")
          .with("device", name)
          .with("reason", answer.description())
          .hint("--device auto takes what works; `merapi doctor` says more");
    }
    return CompileOptions.on(name);
  }

  private static MerapiException unavailable(String name, List<BackendProvider> found) {
    var usable =
        found.stream()
            .filter(each -> each.priority() >= 0 && each.probe().usable())
            .map(BackendProvider::name)
            .toList();
    return MerapiException.of(Kind.BACKEND_UNAVAILABLE, "device: this build has no backend for it")
        .with("device", name)
        .with("usable", usable)
        .hint("leave out --device, or say --device auto");
  }
}
