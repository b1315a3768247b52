package dev.merapi.train;

import dev.merapi.MerapiException;
import dev.merapi.MerapiException.Kind;

/// A meter that needs a fixed number of sums.
abstract class Sums implements Metric.Meter {
  final double[] sums;

  Sums(int count) {
    sums = new double[count];
  }

  @Override
  public final double[] state() {
    return sums.clone();
  }

  @Override
  public final void restore(double[] state) {
    if (state.length != sums.length) {
      throw MerapiException.of(Kind.ARGUMENT, "metric: the state is another metric's")
          .with("numbers", state.length)
          .with("expected", sums.length);
    }
    System.arraycopy(state, 0, sums, 0, sums.length);
  }

  /// A quotient that is 0 where nothing was counted, as scikit-learn has it.
  static double share(double part, double all) {
    return all == 0 ? 0 : part / all;
  }
}
