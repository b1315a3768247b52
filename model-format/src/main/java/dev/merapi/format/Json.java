package dev.merapi.format;

import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;

/// Writes JSON without blanks.
final class Json {
  private Json() {}

  /// A string in quotes; control characters are escaped.
  static String quote(String text) {
    var quoted = new StringBuilder("\"");
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      switch (c) {
        case '"', '\\' -> quoted.append('\\').append(c);
        case '\n' -> quoted.append("\\n");
        default -> {
          if (c < ' ') {
            quoted.append(String.format(Locale.ROOT, "\\u%04x", (int) c));
          } else {
            quoted.append(c);
          }
        }
      }
    }
    return quoted.append('"').toString();
  }

  /// An array of strings.
  static String array(List<String> items) {
    return items.stream().map(Json::quote).collect(Collectors.joining(",", "[", "]"));
  }

  /// An object of strings.
  static String object(Map<String, String> members) {
    return members.entrySet().stream()
        .map(each -> quote(each.getKey()) + ":" + quote(each.getValue()))
        .collect(Collectors.joining(",", "{", "}"));
  }

  /// Whether every surrogate has its partner, so that the string has a form in UTF-8.
  static boolean isPaired(String text) {
    for (int i = 0; i < text.length(); i++) {
      if (Character.isSurrogate(text.charAt(i))) {
        boolean pair =
            i + 1 < text.length() && Character.isSurrogatePair(text.charAt(i), text.charAt(i + 1));
        if (!pair) {
          return false;
        }
        i++;
      }
    }
    return true;
  }
}
