package dev.merapi.spi;

/// A program bound to the memory of one session.
public interface Runner {
  /// Runs the program once, without allocating. One thread at a time.
  ///
  /// @throws dev.merapi.MerapiException of kind `INDEX` if an index operand is out of range
  void run();

  /// Goes the way of a run without its work, so that a first run finds all that a JVM does only
  /// once, such as linking calls, done. Reads and writes nothing of the program's; may be called
  /// whenever a run may.
  default void rehearse() {}
}
