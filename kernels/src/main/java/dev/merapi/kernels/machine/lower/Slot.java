package dev.merapi.kernels.machine.lower;

/// A place in the frame, for a register that lives in memory.
final class Slot {
  final int bytes;

  /// In the frame, known when the code is written.
  int offset;

  Slot(int bytes) {
    this.bytes = bytes;
  }
}
