package dev.merapi.ops;

/// What an operation should give, in `double`: a formula that shares nothing with the operation's
/// body.
@FunctionalInterface
public interface Oracle {
  /// The value for these arguments; truth values are 0 and 1.
  double apply(double[] arguments);
}
