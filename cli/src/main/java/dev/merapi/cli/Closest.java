package dev.merapi.cli;

import java.util.Collection;
import java.util.Comparator;
import java.util.Optional;

/// Guesses what somebody who mistyped a name meant.
final class Closest {
  private Closest() {}

  /// The name that takes the fewest changes of letters, if those are few.
  static Optional<String> to(String typed, Collection<String> names) {
    return names.stream()
        .filter(name -> distance(typed, name) <= Math.max(1, name.length() / 3))
        .min(Comparator.comparingInt(name -> distance(typed, name)));
  }

  /// ` (did you mean x?)`, or nothing.
  static String question(String typed, Collection<String> names) {
    return to(typed, names).map(name -> "; did you mean " + name + "?").orElse("");
  }

  /// How many letters have to be inserted, deleted or replaced (Levenshtein, 1966), upper and lower
  /// case being equal.
  static int distance(String one, String other) {
    int[] above = new int[other.length() + 1];
    for (int j = 0; j <= other.length(); j++) {
      above[j] = j;
    }
    for (int i = 1; i <= one.length(); i++) {
      int[] line = new int[other.length() + 1];
      line[0] = i;
      for (int j = 1; j <= other.length(); j++) {
        boolean same =
            Character.toLowerCase(one.charAt(i - 1)) == Character.toLowerCase(other.charAt(j - 1));
        int replaced = above[j - 1] + (same ? 0 : 1);
        line[j] = Math.min(replaced, Math.min(above[j], line[j - 1]) + 1);
      }
      above = line;
    }
    return above[other.length()];
  }
}
