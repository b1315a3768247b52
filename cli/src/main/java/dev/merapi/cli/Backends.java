package dev.merapi.cli;

import dev.merapi.spi.BackendProvider;
import java.util.ArrayList;
import java.util.List;

/// What each backend found on the class path or module path says of itself.
final class Backends {
  private Backends() {}

  /// One line for each backend, and one with advice if none of them can be used.
  static List<Finding> findings() {
    return findings(dev.merapi.Backends.all());
  }

  static List<Finding> findings(Iterable<BackendProvider> providers) {
    var findings = new ArrayList<Finding>();
    boolean usable = false;
    for (var provider : providers) {
      var answer = provider.probe();
      // A backend that is never chosen by itself does not make models run.
      usable |= answer.usable() && provider.priority() >= 0;
      String state = answer.usable() ? "" : "not usable here: ";
      findings.add(Finding.good("backend " + provider.name(), state + answer.description()));
    }
    if (!usable) {
      findings.add(
          new Finding(
              "backends",
              "none that can be used: models cannot run",
              "add dev.merapi:merapi-kernels, or see what the lines above ask for"));
    }
    return findings;
  }
}
