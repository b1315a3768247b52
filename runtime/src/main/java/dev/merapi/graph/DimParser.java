package dev.merapi.graph;

import dev.merapi.MerapiException;
import dev.merapi.MerapiException.Kind;

/// Reads the text form of a [Dim]: sums of products of numbers, names and calls such as
/// `floordiv(N,2)`.
final class DimParser {
  private static final int MAX_DEPTH = 32;

  private final String text;
  private int at;
  private int depth;

  DimParser(String text) {
    this.text = text;
  }

  Dim parse() {
    Dim dim = sum();
    if (at != text.length()) {
      throw error("unexpected character");
    }
    return dim;
  }

  private Dim sum() {
    if (++depth > MAX_DEPTH) {
      throw error("nested too deeply");
    }
    Dim dim = product();
    while (take('+')) {
      dim = dim.plus(product());
    }
    depth--;
    return dim;
  }

  private Dim product() {
    Dim dim = factor();
    while (take('*')) {
      dim = dim.times(factor());
    }
    return dim;
  }

  private Dim factor() {
    int start = at;
    while (at < text.length() && isWordPart(text.charAt(at), at == start)) {
      at++;
    }
    String word = text.substring(start, at);
    if (word.isEmpty()) {
      throw error("expected a number or a name");
    }
    char first = word.charAt(0);
    if (first == '-' || Character.isDigit(first)) {
      return number(word);
    }
    return take('(') ? call(word) : Dim.symbol(word);
  }

  private static boolean isWordPart(char c, boolean first) {
    return (first && c == '-')
        || c == '_'
        || (c >= '0' && c <= '9')
        || (c >= 'a' && c <= 'z')
        || (c >= 'A' && c <= 'Z');
  }

  private Dim number(String word) {
    try {
      return Dim.of(Long.parseLong(word));
    } catch (NumberFormatException _) {
      throw error("not a number");
    }
  }

  private Dim call(String name) {
    Dim left = sum();
    if (!take(',')) {
      throw error("expected ','");
    }
    Dim right = sum();
    if (!take(')')) {
      throw error("expected ')'");
    }
    return switch (name) {
      case "floordiv" -> left.floorDiv(right);
      case "ceildiv" -> left.ceilDiv(right);
      case "mod" -> left.mod(right);
      case "min" -> left.min(right);
      case "max" -> left.max(right);
      default -> throw error("unknown function");
    };
  }

  private boolean take(char c) {
    if (at < text.length() && text.charAt(at) == c) {
      at++;
      return true;
    }
    return false;
  }

  private MerapiException error(String what) {
    return MerapiException.of(Kind.FORMAT, "dim: " + what)
        .with("text", text)
        .with("position", at)
        .hint("a size looks like 64, N, 2*N+1 or floordiv(N,2)");
  }
}
