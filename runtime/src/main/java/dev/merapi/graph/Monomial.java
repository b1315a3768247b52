package dev.merapi.graph;

import dev.merapi.MerapiException;
import dev.merapi.MerapiException.Kind;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Collectors;

/// Atoms that are multiplied, sorted by their text; at least one.
///
/// @param text the canonical text: what is compared and hashed, so that deep sizes do not spell out
///   their parts again and again
record Monomial(List<Dim.Atom> atoms, String text) implements Comparable<Monomial> {
  /// More factors than any size has.
  private static final int MAX_FACTORS = 8;

  static Monomial of(List<Dim.Atom> atoms) {
    String text = atoms.stream().map(Object::toString).collect(Collectors.joining("*"));
    return new Monomial(List.copyOf(atoms), text);
  }

  Monomial times(Monomial other) {
    if (atoms.size() + other.atoms.size() > MAX_FACTORS) {
      throw MerapiException.of(Kind.SHAPE, "dim: too many factors").with("limit", MAX_FACTORS);
    }
    var all = new ArrayList<>(atoms);
    all.addAll(other.atoms);
    all.sort(Comparator.comparing(Object::toString));
    return of(all);
  }

  @Override
  public int compareTo(Monomial other) {
    return text.compareTo(other.text);
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Monomial product && text.equals(product.text);
  }

  @Override
  public int hashCode() {
    return text.hashCode();
  }

  @Override
  public String toString() {
    return text;
  }
}
