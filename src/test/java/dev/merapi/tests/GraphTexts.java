package dev.merapi.tests;

import dev.merapi.MerapiException;
import dev.merapi.graph.GraphParser;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// Changes to the text form of a graph that keep what depends on them right.
final class GraphTexts {
  /// A number that is not the name of a value, an argument, or part of a word.
  private static final Pattern NUMBER = Pattern.compile("(?<![\\w.#%$\"-])-?\\d{1,18}(?![\\w.\"])");

  private static final Pattern DIFFERENT =
      Pattern.compile("declared=\\[(.*)], inferred=\\[(.*)]; at line (\\d+)");

  private static final int MOST_REPAIRS = 32;

  private GraphTexts() {}

  /// The numbers of a text, in order.
  static List<MatchResult> numbers(String text) {
    return NUMBER.matcher(text).results().toList();
  }

  /// The text with some of its numbers replaced; the matches do not overlap.
  static String with(String text, List<MatchResult> numbers, List<String> others) {
    var order = new ArrayList<Integer>();
    for (int i = 0; i < numbers.size(); i++) {
      order.add(i);
    }
    order.sort((a, b) -> numbers.get(b).start() - numbers.get(a).start());
    String changed = text;
    for (int i : order) {
      MatchResult number = numbers.get(i);
      changed =
          changed.substring(0, number.start()) + others.get(i) + changed.substring(number.end());
    }
    return changed;
  }

  /// The text with the types that the reader infers in the place of declared ones that differ, as
  /// far as it comes. An attribute that changes makes another type; with the old one nothing but
  /// the comparison of types would be tested.
  static String mended(String text) {
    String mended = text;
    for (int i = 0; i < MOST_REPAIRS; i++) {
      try {
        GraphParser.parse(mended);
        return mended;
      } catch (MerapiException e) {
        Matcher matcher = DIFFERENT.matcher(e.getMessage());
        if (!matcher.find()) {
          return mended;
        }
        String before = mended;
        int line = Integer.parseInt(matcher.group(3));
        mended = retyped(mended, line, matcher.group(1), matcher.group(2));
        if (mended.equals(before)) {
          return mended;
        }
      }
    }
    return mended;
  }

  /// @param line where the cursor stood, from 1: that of the node or the next one
  private static String retyped(String text, int line, String declared, String inferred) {
    var lines = new ArrayList<>(text.lines().toList());
    for (int at = Math.min(line, lines.size()) - 1; at >= Math.max(0, line - 2); at--) {
      String changed =
          lines.get(at).replaceFirst(": \\Q" + declared + "\\E =", ": " + inferred + " =");
      if (!changed.equals(lines.get(at))) {
        lines.set(at, changed);
        return String.join("\n", lines) + "\n";
      }
    }
    return text;
  }
}
