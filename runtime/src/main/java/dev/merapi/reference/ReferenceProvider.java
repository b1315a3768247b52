package dev.merapi.reference;

import dev.merapi.spi.Backend;
import dev.merapi.spi.BackendProvider;

/// Offers the backend `reference`, which needs nothing and must be asked for by its name.
public final class ReferenceProvider implements BackendProvider {
  /// For `ServiceLoader`.
  public ReferenceProvider() {}

  @Override
  public String name() {
    return "reference";
  }

  @Override
  public int priority() {
    return -1;
  }

  @Override
  public Availability probe() {
    return new Availability(true, "interprets programs in double, for tests; slow");
  }

  @Override
  public Backend backend() {
    return new ReferenceBackend();
  }
}
