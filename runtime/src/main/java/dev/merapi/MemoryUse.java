package dev.merapi;

import java.util.Locale;

/// Off-heap memory in bytes, known before the first run.
///
/// @param persistent parameters, optimizer state and constants; once for a model
/// @param packed what the backend derives from parameters once; sizes share what is equal
/// @param session inputs, outputs and intermediates; for each session
/// @param scratch working memory of the backend; for each session
public record MemoryUse(long persistent, long packed, long session, long scratch) {
  /// All of it, with one session.
  public long total() {
    return Math.addExact(Math.addExact(persistent, packed), Math.addExact(session, scratch));
  }

  @Override
  public String toString() {
    return String.format(
        Locale.ROOT,
        "parameters %,d + packed %,d + session %,d + scratch %,d = %,d bytes",
        persistent,
        packed,
        session,
        scratch,
        total());
  }
}
