package dev.merapi.optim;

import dev.merapi.MerapiException;
import dev.merapi.MerapiException.Kind;

/// Checks of the optimizers' options.
final class Options {
  private Options() {}

  static void notNegative(String optimizer, String name, double value) {
    if (!(value >= 0) || Double.isInfinite(value)) {
      throw outOfRange(optimizer, name, value);
    }
  }

  static void atMostOne(String what, String name, double value) {
    if (!(value >= 0 && value <= 1)) {
      throw outOfRange(what, name, value);
    }
  }

  /// A share of what is remembered: from 0 to less than 1.
  static void share(String optimizer, String name, double value) {
    if (!(value >= 0 && value < 1)) {
      throw outOfRange(optimizer, name, value);
    }
  }

  private static MerapiException outOfRange(String optimizer, String name, double value) {
    return MerapiException.of(Kind.ARGUMENT, optimizer + ": option out of range").with(name, value);
  }
}
