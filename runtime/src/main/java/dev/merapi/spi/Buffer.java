package dev.merapi.spi;

import dev.merapi.graph.TensorType;

/// A dense, row-major piece of memory of a program.
///
/// @param id unique within its program
/// @param label the name of an input, output or parameter, else the place in the model
/// @param type element type and constant sizes
public record Buffer(int id, String label, TensorType type, Space space) {
  /// Where a buffer lives, and how long.
  public enum Space {
    /// In the session, written by the caller.
    INPUT,
    /// In the session, valid until the next run.
    OUTPUT,
    /// In the session, valid between the first write and the last read.
    TEMPORARY,
    /// In the model's persistent memory.
    PARAMETER,
    /// In the model's persistent memory, never written by a run.
    CONSTANT;

    /// Whether it belongs to the model, not to a session.
    public boolean isPersistent() {
      return this == PARAMETER || this == CONSTANT;
    }
  }

  /// Bytes of the elements.
  public long bytes() {
    return type.bytes();
  }

  @Override
  public int hashCode() {
    return id;
  }

  @Override
  public String toString() {
    return "b" + id;
  }
}
