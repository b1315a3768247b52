package dev.merapi.spi;

import java.time.Duration;
import java.util.List;

/// A compiled program. Safe for use by several threads; it holds no tensor memory of its own.
public interface Executable extends AutoCloseable {
  /// What the backend derives once from frozen parameters and constants, such as packed weights.
  List<Packed> packed();

  /// Bytes of working memory that each session needs beside the program's.
  long scratchBytes();

  /// Binds the program to the memory of a session.
  Runner bind(Addresses addresses);

  /// Drives kernels until they run at their full speed, for about so long at most. Before that they
  /// compute the same bits more slowly. It may be called by several threads, and goes on where the
  /// last call ended; an interrupt ends a call soon, and the thread stays interrupted.
  ///
  /// @return whether nothing is left to do: what is not at its full speed then stays as it is
  boolean warmUp(Duration limit);

  /// What somebody who wonders about speed should know, a sentence a line; empty if all is well.
  List<String> diagnostics();

  /// Gives back generated code; no runner may be used afterwards.
  @Override
  void close();
}
