package dev.merapi.graph;

/// Two objects, compared by identity.
record IdentityPair(Object first, Object second) {
  @Override
  public boolean equals(Object other) {
    return other instanceof IdentityPair(Object a, Object b) && a == first && b == second;
  }

  @Override
  public int hashCode() {
    return 31 * System.identityHashCode(first) + System.identityHashCode(second);
  }
}
