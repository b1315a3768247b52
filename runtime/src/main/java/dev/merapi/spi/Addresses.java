package dev.merapi.spi;

/// The memory that a [Runner] works in: raw addresses, 64-byte aligned, valid as long as it runs.
///
/// @param persistent of `Program.persistentBytes()`: parameters and constants
/// @param packed of `Executable.packedBytes()`: what the backend derived from frozen parameters
/// @param session of `Program.sessionBytes()`: inputs, outputs, temporaries
/// @param scratch of `Executable.scratchBytes()`: the backend's own, undefined between runs
public record Addresses(long persistent, long packed, long session, long scratch) {
  /// The address of a buffer of a program.
  public long of(Program program, Buffer buffer) {
    return program.offset(buffer) + (buffer.space().isPersistent() ? persistent : session);
  }
}
