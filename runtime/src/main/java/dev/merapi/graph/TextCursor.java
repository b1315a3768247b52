package dev.merapi.graph;

import dev.merapi.MerapiException;
import dev.merapi.MerapiException.Kind;
import java.util.HashMap;
import java.util.Map;

/// A place in a text that is read: characters, words, numbers and strings, and errors that tell
/// line and column.
///
/// What is read becomes objects many times as large as their text, so there may be only so many of
/// them, far more than any model has. Equal sizes are one object.
final class TextCursor {
  private static final int LONGEST_WORD = 200;
  private static final int LONGEST_STRING = 4096;
  private static final int LONGEST_SIZE = 4096;

  /// Words, numbers, strings and sizes.
  private static final int MOST_TOKENS = 1 << 20;

  /// Characters of all different sizes that are not plain numbers: sums of symbols.
  private static final int MOST_SYMBOLIC = 1 << 18;

  private final String text;
  private final Map<String, Dim> sizes = new HashMap<>();
  private int at;
  private int tokens;
  private int symbolic;

  TextCursor(String text) {
    this.text = text;
  }

  private void skipBlanks() {
    while (at < text.length() && " \t\r\n".indexOf(text.charAt(at)) >= 0) {
      at++;
    }
  }

  /// Whether nothing but blanks is left.
  boolean atEnd() {
    skipBlanks();
    return at == text.length();
  }

  /// Whether the next thing begins like that.
  boolean sees(String symbol) {
    skipBlanks();
    return text.startsWith(symbol, at);
  }

  /// Takes a symbol if it comes next.
  boolean take(String symbol) {
    if (!sees(symbol)) {
      return false;
    }
    at += symbol.length();
    return true;
  }

  /// Takes a symbol that must come next.
  void expect(String symbol) {
    if (!take(symbol)) {
      throw error("expected '" + symbol + "'");
    }
  }

  /// Takes a word that must come next, not the beginning of a longer one.
  void expectWord(String word) {
    int start = at;
    if (!word().equals(word)) {
      at = start;
      throw error("expected '" + word + "'");
    }
  }

  /// Letters, digits, `_` and `.`, at least one.
  String word() {
    skipBlanks();
    int start = at;
    while (at < text.length() && isWordPart(text.charAt(at))) {
      at++;
    }
    return checked(start, "a word");
  }

  /// What may be a number in any of its forms: a word with signs and `#`.
  String number() {
    skipBlanks();
    int start = at;
    while (at < text.length()
        && (isWordPart(text.charAt(at)) || "+-#".indexOf(text.charAt(at)) >= 0)) {
      at++;
    }
    return checked(start, "a number");
  }

  private String checked(int start, String what) {
    if (start == at || at - start > LONGEST_WORD) {
      at = start;
      throw error("expected " + what);
    }
    count();
    return text.substring(start, at);
  }

  private static boolean isWordPart(char c) {
    return (c >= 'a' && c <= 'z')
        || (c >= 'A' && c <= 'Z')
        || (c >= '0' && c <= '9')
        || c == '_'
        || c == '.';
  }

  /// A whole number in a range.
  long integer(long least, long most) {
    int start = at;
    try {
      long value = Long.parseLong(number());
      if (value >= least && value <= most) {
        return value;
      }
    } catch (NumberFormatException _) {
      // told below, with the range
    }
    at = start;
    throw error("expected a whole number from " + least + " to " + most);
  }

  /// A size: everything up to a comma or bracket that belongs to what surrounds it.
  Dim dim() {
    skipBlanks();
    int start = at;
    int depth = 0;
    while (at < text.length() && (depth > 0 || ",]".indexOf(text.charAt(at)) < 0)) {
      char c = text.charAt(at);
      depth += c == '(' ? 1 : c == ')' ? -1 : 0;
      if (at - start > LONGEST_SIZE) {
        at = start;
        throw error("a size is too long");
      }
      at++;
    }
    count();
    if (symbolic > MOST_SYMBOLIC) {
      throw error("sizes are too long together").with("limit", MOST_SYMBOLIC);
    }
    return dim(start, text.substring(start, at).stripTrailing());
  }

  private Dim dim(int start, String size) {
    Dim known = sizes.get(size);
    if (known != null) {
      return known;
    }
    try {
      Dim dim = Dim.parse(size);
      if (!dim.isConstant()) {
        sizes.put(size, dim);
        symbolic += size.length();
      }
      return dim;
    } catch (MerapiException e) {
      at = start;
      throw error("not a size").causedBy(e).with("reason", e.getMessage());
    }
  }

  private void count() {
    if (++tokens > MOST_TOKENS) {
      throw error("the text has too many parts").with("limit", MOST_TOKENS);
    }
  }

  /// A string in quotes, with escaped quotes, backslashes and UTF-16 units.
  String string() {
    expect("\"");
    int start = at;
    var string = new StringBuilder();
    while (at < text.length() && text.charAt(at) != '"' && string.length() <= LONGEST_STRING) {
      string.append(character());
    }
    if (string.length() > LONGEST_STRING || at == text.length()) {
      at = start;
      throw error("a string is too long or does not end");
    }
    at++;
    count();
    return string.toString();
  }

  private char character() {
    char c = text.charAt(at);
    if (c < ' ') {
      throw error("a control character in a string");
    }
    if (c != '\\') {
      at++;
      return c;
    }
    if (text.startsWith("\\\"", at) || text.startsWith("\\\\", at)) {
      at += 2;
      return text.charAt(at - 1);
    }
    if (!text.startsWith("\\u", at) || at + 6 > text.length()) {
      throw error("unknown escape in a string");
    }
    int unit = 0;
    for (int i = at + 2; i < at + 6; i++) {
      unit = unit * 16 + hexDigit(text.charAt(i));
    }
    at += 6;
    return (char) unit;
  }

  private int hexDigit(char c) {
    if (c >= '0' && c <= '9') {
      return c - '0';
    }
    if (c >= 'a' && c <= 'f') {
      return c - 'a' + 10;
    }
    throw error("unknown escape in a string");
  }

  /// An exception that tells where the cursor stands and what is there.
  MerapiException error(String what) {
    int stop = Math.min(at, text.length());
    int line = 1;
    int lineStart = 0;
    for (int i = 0; i < stop; i++) {
      if (text.charAt(i) == '\n') {
        line++;
        lineStart = i + 1;
      }
    }
    int end = text.indexOf('\n', stop);
    String rest = text.substring(stop, Math.min(end < 0 ? text.length() : end, stop + 40));
    return MerapiException.of(Kind.FORMAT, "graph text: " + what)
        .with("found", rest.isEmpty() ? "end" : GraphPrinter.quote(rest))
        .at("line " + line + ", column " + (stop - lineStart + 1));
  }
}
