package dev.merapi.autodiff;

import dev.merapi.graph.ScalarFn;
import java.util.Optional;

/// Derivatives written by hand for whole scalar functions, where they are stabler or cheaper than
/// the symbolic ones.
@FunctionalInterface
interface GivenDerivatives {
  /// The partial derivative of a function, if one is given.
  ///
  /// It is an expression over the function's arguments, and its value as one argument more.
  Optional<ScalarFn> of(ScalarFn fn, int argument);

  /// No function has a given derivative.
  static GivenDerivatives none() {
    return (_, _) -> Optional.empty();
  }
}
