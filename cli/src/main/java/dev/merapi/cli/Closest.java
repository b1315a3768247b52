package dev.merapi.cli;

import java.util.Collection;
import java.util.Comparator;
import java.util.Locale;
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

  /// `; did you mean x?`, or nothing.
  static String question(String typed, Collection<String> names) {
    return to(typed, names).map(name -> "; did you mean " + name + "?").orElse("");
  }

  /// How many letters have to be inserted, deleted, replaced or swapped with their neighbour
  /// (optimal string alignment: Damerau, 1964), upper and lower case being equal.
  static int distance(String typed, String name) {
    String one = typed.toLowerCase(Locale.ROOT);
    String other = name.toLowerCase(Locale.ROOT);
    int[][] least = new int[one.length() + 1][other.length() + 1];
    for (int i = 0; i <= one.length(); i++) {
      for (int j = 0; j <= other.length(); j++) {
        if (i == 0 || j == 0) {
          least[i][j] = i + j;
          continue;
        }
        int replaced = least[i - 1][j - 1] + (one.charAt(i - 1) == other.charAt(j - 1) ? 0 : 1);
        int inserted = Math.min(least[i - 1][j], least[i][j - 1]) + 1;
        least[i][j] = Math.min(replaced, inserted);
        if (areSwapped(one, i, other, j)) {
          least[i][j] = Math.min(least[i][j], least[i - 2][j - 2] + 1);
        }
      }
    }
    return least[one.length()][other.length()];
  }

  private static boolean areSwapped(String one, int i, String other, int j) {
    return i > 1
        && j > 1
        && one.charAt(i - 1) == other.charAt(j - 2)
        && one.charAt(i - 2) == other.charAt(j - 1);
  }
}
