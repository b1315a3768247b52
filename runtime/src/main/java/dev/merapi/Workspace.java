package dev.merapi;

import dev.merapi.memory.Slab;
import java.nio.ByteBuffer;

/// The memory of a session.
///
/// The backend's own part holds addresses and checked indices, so it lies apart: a view of an input
/// that another thread still writes through while the session is resized reaches values at most,
/// never what steers an address.
///
/// @param values of `Program.sessionBytes()`: what inputs and outputs are views of
/// @param scratch of `Executable.scratchBytes()`
record Workspace(Slab values, Slab scratch) implements AutoCloseable {
  /// The time of a few milliseconds, and memory that nobody misses.
  private static final long MOST_TOUCHED = 16 << 20;

  private static final int PAGE = 4096;

  static Workspace of(Plan plan) {
    Slab values = Slab.allocate(plan.program().sessionBytes());
    try {
      var workspace = new Workspace(values, Slab.allocate(plan.executable().scratchBytes()));
      workspace.touch();
      return workspace;
    } catch (RuntimeException | Error e) {
      values.close();
      throw e;
    }
  }

  /// Has the system give its pages now, if they are few, rather than one after the other in the
  /// first run: there each takes as long as a small kernel.
  private void touch() {
    if (values.bytes() + scratch.bytes() <= MOST_TOUCHED) {
      touch(values);
      touch(scratch);
    }
  }

  private static void touch(Slab slab) {
    ByteBuffer bytes = slab.segment().asByteBuffer();
    for (int at = 0; at < bytes.limit(); at += PAGE) {
      bytes.put(at, (byte) 0);
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
