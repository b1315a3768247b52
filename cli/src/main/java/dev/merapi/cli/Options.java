package dev.merapi.cli;

import dev.merapi.MerapiException;
import dev.merapi.MerapiException.Kind;

/// Checks of what options may say.
final class Options {
  private Options() {}

  static void atLeastOne(String name, int value) {
    if (value < 1) {
      throw MerapiException.of(Kind.ARGUMENT, "option out of range")
          .with(name, value)
          .hint("at least 1");
    }
  }
}
