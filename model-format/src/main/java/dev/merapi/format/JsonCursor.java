package dev.merapi.format;

import dev.merapi.MerapiException;
import dev.merapi.MerapiException.Kind;
import java.util.HashSet;
import java.util.function.Consumer;

/// A place in a JSON text that is read by what calls it: there is no tree, so nothing nests deeper
/// than the caller does, and what comes unexpected is an error at once.
///
/// Strict as RFC 8259: no key twice, no number but whole ones from 0 to 2^63 - 1, no surrogate
/// without its partner.
final class JsonCursor {
  private static final int SHOWN = 40;

  private final String text;
  private int at;

  JsonCursor(String text) {
    this.text = text;
  }

  private void skipBlanks() {
    while (at < text.length() && " \t\r\n".indexOf(text.charAt(at)) >= 0) {
      at++;
    }
  }

  private boolean take(char c) {
    skipBlanks();
    if (at < text.length() && text.charAt(at) == c) {
      at++;
      return true;
    }
    return false;
  }

  private void expect(char c) {
    if (!take(c)) {
      throw error("expected '" + c + "'");
    }
  }

  /// Reads an object; the value of each key is the caller's to read.
  ///
  /// @param most how many members it may have
  void object(int most, Consumer<String> member) {
    var keys = new HashSet<String>();
    expect('{');
    if (take('}')) {
      return;
    }
    do {
      String key = string();
      if (!keys.add(key)) {
        throw error("a key stands twice").with("key", shortened(key));
      }
      if (keys.size() > most) {
        throw error("an object has too many members").with("limit", most);
      }
      expect(':');
      member.accept(key);
    } while (take(','));
    expect('}');
  }

  /// Reads an array; each item is the caller's to read.
  ///
  /// @param most how many items it may have
  void array(int most, Runnable item) {
    expect('[');
    if (take(']')) {
      return;
    }
    int count = 0;
    do {
      if (++count > most) {
        throw error("a list is too long").with("limit", most);
      }
      item.run();
    } while (take(','));
    expect(']');
  }

  /// Checks that nothing but blanks is left.
  void end() {
    skipBlanks();
    if (at != text.length()) {
      throw error("something follows the value");
    }
  }

  /// Reads `null`, if that is what comes.
  ///
  /// @return whether it was there
  boolean takeNull() {
    skipBlanks();
    boolean found = text.startsWith("null", at);
    at += found ? "null".length() : 0;
    return found;
  }

  /// Reads a whole number from 0 on.
  long number() {
    skipBlanks();
    int start = at;
    while (at < text.length() && text.charAt(at) >= '0' && text.charAt(at) <= '9') {
      at++;
    }
    String digits = text.substring(start, Math.min(at, start + 20));
    boolean leadingZero = digits.length() > 1 && digits.charAt(0) == '0';
    boolean goesOn = at < text.length() && ".eE".indexOf(text.charAt(at)) >= 0;
    if (!digits.isEmpty() && digits.length() < 20 && !leadingZero && !goesOn) {
      try {
        return Long.parseLong(digits);
      } catch (NumberFormatException _) {
        // 19 digits above 2^63 - 1: told below
      }
    }
    at = start;
    throw error("expected a whole number from 0 to 2^63 - 1");
  }

  /// Reads a string.
  String string() {
    expect('"');
    int start = at;
    while (at < text.length() && text.charAt(at) != '"' && text.charAt(at) != '\\') {
      checkPlain();
      at++;
    }
    if (at < text.length() && text.charAt(at) == '"') {
      at++;
      return paired(text.substring(start, at - 1), start);
    }
    return escaped(start);
  }

  /// Reads the rest of a string from its first escape on.
  private String escaped(int start) {
    var string = new StringBuilder(text.substring(start, at));
    while (at < text.length() && text.charAt(at) != '"') {
      char c = text.charAt(at);
      if (c == '\\') {
        string.append(escape());
      } else {
        checkPlain();
        string.append(c);
        at++;
      }
    }
    if (at == text.length()) {
      at = start;
      throw error("a string does not end");
    }
    at++;
    return paired(string.toString(), start);
  }

  private void checkPlain() {
    if (text.charAt(at) < ' ') {
      throw error("a control character in a string");
    }
  }

  private char escape() {
    char kind = at + 1 < text.length() ? text.charAt(at + 1) : ' ';
    int plain = "\"\\/bfnrt".indexOf(kind);
    if (plain >= 0) {
      at += 2;
      return "\"\\/\b\f\n\r\t".charAt(plain);
    }
    if (kind != 'u' || at + 6 > text.length()) {
      throw error("unknown escape in a string");
    }
    int unit = 0;
    for (int i = at + 2; i < at + 6; i++) {
      char c = text.charAt(i);
      int digit = c < 128 ? Character.digit(c, 16) : -1;
      if (digit < 0) {
        throw error("unknown escape in a string");
      }
      unit = unit * 16 + digit;
    }
    at += 6;
    return (char) unit;
  }

  private String paired(String string, int start) {
    if (!Json.isPaired(string)) {
      at = start;
      throw error("half a surrogate pair in a string");
    }
    return string;
  }

  /// An exception that tells where the cursor stands and what is there.
  MerapiException error(String what) {
    String rest = text.substring(at, Math.min(text.length(), at + SHOWN));
    return MerapiException.of(Kind.FORMAT, "json: " + what)
        .with("found", rest.isEmpty() ? "end" : Json.quote(rest))
        .at("character " + at);
  }

  private static String shortened(String text) {
    return text.length() <= 2 * SHOWN ? text : text.substring(0, 2 * SHOWN) + "...";
  }
}
