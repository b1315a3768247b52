package dev.merapi.graph;

/// A result of a node: defined once, used by any number of later nodes.
///
/// @param id unique within its graph; printed as `%id`
public record Value(int id, TensorType type) {
  /// The sizes of this value.
  public Shape shape() {
    return type.shape();
  }

  /// The element type of this value.
  public DType dtype() {
    return type.dtype();
  }

  // By hand, as in TensorType.
  @Override
  public boolean equals(Object other) {
    return this == other
        || other instanceof Value value && id == value.id && type.equals(value.type);
  }

  @Override
  public int hashCode() {
    return id;
  }

  @Override
  public String toString() {
    return "%" + id;
  }
}
