package dev.merapi.spi;

/// A program bound to the memory of one session.
public interface Runner {
  /// Runs the program once, without allocating. One thread at a time.
  ///
  /// @throws dev.merapi.MerapiException of kind `INDEX` if an index operand is out of range
  void run();
}
