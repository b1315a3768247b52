package dev.merapi.kernels.ir;

/// What an instruction or a block defines, once. Two values are equal if they are the same object.
public final class Value {
  private final int id;
  private final Type type;
  private String name;

  /// @param id counts the values of a routine from 0
  /// @param name what the text form calls it; unique in a routine that is built
  public Value(int id, Type type, String name) {
    this.id = id;
    this.type = type;
    this.name = name;
  }

  public int id() {
    return id;
  }

  public Type type() {
    return type;
  }

  public String name() {
    return name;
  }

  /// Gives another name. Only for who builds the routine.
  public void rename(String other) {
    name = other;
  }

  /// The type as a vector's.
  ///
  /// @throws IllegalArgumentException if it is something else
  public VectorType vector() {
    if (type instanceof VectorType vector) {
      return vector;
    }
    throw new IllegalArgumentException("not a vector: value=" + this + ", type=" + type);
  }

  /// The number of lanes of a vector or mask.
  ///
  /// @throws IllegalArgumentException if it is something else
  public int count() {
    return type instanceof MaskType(int count) ? count : vector().count();
  }

  @Override
  public String toString() {
    return name;
  }
}
