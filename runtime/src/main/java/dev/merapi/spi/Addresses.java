package dev.merapi.spi;

import java.util.List;
import java.util.Map;

/// The memory that a [Runner] works in: raw addresses, 64-byte aligned, valid as long as it runs.
///
/// @param persistent of each parameter and constant
/// @param packed of each element of [Executable#packed()], in their order
/// @param session of `Program.sessionBytes()`: inputs, outputs, temporaries
/// @param scratch of `Executable.scratchBytes()`: the backend's own, undefined between runs
public record Addresses(
    Map<Buffer, Long> persistent, List<Long> packed, long session, long scratch) {
  /// The address of a buffer of a program.
  public long of(Program program, Buffer buffer) {
    if (!buffer.space().isPersistent()) {
      return session + program.offset(buffer);
    }
    Long address = persistent.get(buffer);
    if (address == null) {
      throw new IllegalArgumentException("no parameter or constant of this program: " + buffer);
    }
    return address;
  }
}
