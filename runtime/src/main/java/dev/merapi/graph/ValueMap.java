package dev.merapi.graph;

import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// Something for each value of a graph. Asking for a value that has nothing is a bug of the caller
/// and throws.
public final class ValueMap<T> {
  private final Map<Value, T> entries = new HashMap<>();

  /// An empty map.
  public ValueMap() {}

  public void put(Value value, T entry) {
    entries.put(value, entry);
  }

  public boolean contains(Value value) {
    return entries.containsKey(value);
  }

  public T get(Value value) {
    T entry = entries.get(value);
    if (entry == null) {
      throw new IllegalStateException("nothing is known of " + value + ": " + value.type());
    }
    return entry;
  }

  public T getOr(Value value, T fallback) {
    return entries.getOrDefault(value, fallback);
  }

  /// The entries of several values, in order.
  public List<T> all(List<Value> values) {
    return Each.map(values, this::get);
  }
}
