package dev.merapi.bench.compare;

/// A network that a runtime has loaded, with its input filled: all that is left is to run it.
interface LoadedNetwork extends AutoCloseable {
  /// Computes the output of the input, once.
  void run();

  /// A copy of what the last run computed, row-major.
  float[] output();

  @Override
  void close();
}
