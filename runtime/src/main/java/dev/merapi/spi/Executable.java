package dev.merapi.spi;

import java.util.List;

/// A compiled program. Safe for use by several threads; it holds no tensor memory of its own.
public interface Executable extends AutoCloseable {
  /// What the backend derives once from frozen parameters and constants, such as packed weights.
  List<Packed> packed();

  /// Bytes of working memory that each session needs beside the program's.
  long scratchBytes();

  /// Binds the program to the memory of a session.
  Runner bind(Addresses addresses);

  /// Drives every kernel until it runs at its full speed. Before that it computes the same bits
  /// more slowly.
  void warmUp();

  /// What somebody who wonders about speed should know, a sentence a line; empty if all is well.
  List<String> diagnostics();

  /// Gives back generated code; no runner may be used afterwards.
  @Override
  void close();
}
