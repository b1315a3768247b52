package dev.merapi.ops;

import dev.merapi.graph.ScalarFn;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// The derivatives that the catalogue gives itself, by the functions that have them.
public final class Derivatives {
  private static final Map<ScalarFn, List<ScalarFn>> BY_BODY = byBody();

  private Derivatives() {}

  private static Map<ScalarFn, List<ScalarFn>> byBody() {
    var derivatives = new HashMap<ScalarFn, List<ScalarFn>>();
    for (Elementwise each : Elementwise.values()) {
      each.derivative().ifPresent(all -> derivatives.putIfAbsent(each.body(), all));
    }
    return Map.copyOf(derivatives);
  }

  /// The derivative of a function by one of its arguments: over the arguments, then the result.
  /// Empty unless the function equals the `f32` body of an entry that has a derivative of its own.
  public static Optional<ScalarFn> of(ScalarFn fn, int argument) {
    return Optional.ofNullable(BY_BODY.get(fn)).map(all -> all.get(argument));
  }
}
