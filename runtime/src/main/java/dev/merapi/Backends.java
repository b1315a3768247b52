package dev.merapi;

import dev.merapi.MerapiException.Kind;
import dev.merapi.spi.Backend;
import dev.merapi.spi.BackendProvider;
import dev.merapi.spi.BackendProvider.Availability;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/// The backends on the class path or module path.
public final class Backends {
  private Backends() {}

  /// All backends, the preferred one first, whether they work here or not.
  public static List<BackendProvider> all() {
    var all = new ArrayList<>(Services.of(BackendProvider.class));
    all.sort((one, other) -> Integer.compare(other.priority(), one.priority()));
    return List.copyOf(all);
  }

  /// The name of the preferred backend among those that work here.
  ///
  /// @throws MerapiException of kind `BACKEND_UNAVAILABLE` if none does
  public static String best() {
    return bestProvider().name();
  }

  private static BackendProvider bestProvider() {
    return all().stream()
        .filter(each -> each.priority() >= 0 && each.probe().usable())
        .findFirst()
        .orElseThrow(() -> unavailable("no backend works here"));
  }

  /// The backend that options ask for.
  static Backend of(CompileOptions options) {
    BackendProvider provider =
        options.backend().map(Backends::named).orElseGet(Backends::bestProvider);
    return options.target().map(provider::backend).orElseGet(provider::backend);
  }

  private static BackendProvider named(String name) {
    BackendProvider provider =
        all().stream()
            .filter(each -> each.name().equals(name))
            .findFirst()
            .orElseThrow(() -> unavailable("no such backend: name=" + name));
    Availability availability = provider.probe();
    if (!availability.usable()) {
      throw MerapiException.of(Kind.BACKEND_UNAVAILABLE, "backend does not work here")
          .with("name", name)
          .hint(availability.description());
    }
    return provider;
  }

  private static MerapiException unavailable(String what) {
    var found = all();
    String asked =
        found.stream()
            .map(BackendProvider::probe)
            .filter(each -> !each.usable())
            .map(Availability::description)
            .collect(Collectors.joining("; "));
    return MerapiException.of(Kind.BACKEND_UNAVAILABLE, what)
        .with("found", found.stream().map(BackendProvider::name).toList())
        .hint(asked.isEmpty() ? "put dev.merapi.kernels on the class path or module path" : asked);
  }
}
