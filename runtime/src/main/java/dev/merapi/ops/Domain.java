package dev.merapi.ops;

import java.util.random.RandomGenerator;

/// The interval from which tests draw an argument.
public record Domain(double low, double high) {
  /// A value of this interval, evenly distributed.
  public double draw(RandomGenerator random) {
    return random.nextDouble(low, high);
  }
}
