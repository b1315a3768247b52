package dev.merapi;

import dev.merapi.MerapiException.Kind;
import java.util.Map;

/// Looks things up by name.
final class Names {
  private Names() {}

  /// @param what the kind of thing in messages
  /// @throws MerapiException of kind `ARGUMENT`, with the names that there are
  static <T> T find(String what, String name, Map<String, T> things) {
    T found = things.get(name);
    if (found == null) {
      throw MerapiException.of(Kind.ARGUMENT, "no such " + what)
          .with("name", name)
          .with(what + "s", things.keySet());
    }
    return found;
  }
}
