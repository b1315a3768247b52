package dev.merapi;

import dev.merapi.memory.Slab;

/// The memory of a session.
///
/// The backend's own part holds addresses and checked indices, so it lies apart: a view of an input
/// that another thread still writes through while the session is resized reaches values at most,
/// never what steers an address.
///
/// @param values of `Program.sessionBytes()`: what inputs and outputs are views of
/// @param scratch of `Executable.scratchBytes()`
record Workspace(Slab values, Slab scratch) implements AutoCloseable {
  static Workspace of(Plan plan) {
    Slab values = Slab.allocate(plan.program().sessionBytes());
    try {
      return new Workspace(values, Slab.allocate(plan.executable().scratchBytes()));
    } catch (RuntimeException | Error e) {
      values.close();
      throw e;
    }
  }

  /// Whether a plan finds room in it.
  boolean suffices(Plan plan) {
    return plan.program().sessionBytes() <= values.bytes()
        && plan.executable().scratchBytes() <= scratch.bytes();
  }

  @Override
  public void close() {
    values.close();
    scratch.close();
  }
}
