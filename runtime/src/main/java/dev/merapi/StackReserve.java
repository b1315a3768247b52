package dev.merapi;

/// Makes an overflow of the stack come early: before locks are taken and counts are changed, rather
/// than while they are given back.
///
/// Whoever changes such state, and calls methods to change it back, asks for the reserve first. The
/// work in between may overflow the stack: the way back needs no more than the reserve. What runs
/// too often for that ([Session#run]) is written so that the way back calls nothing.
final class StackReserve {
  /// Calls, each of which takes at least 16 bytes of stack, and some 100 while it is interpreted.
  private static final int CALLS = 300;

  private StackReserve() {}

  /// @throws StackOverflowError if there is too little left; nothing has happened yet
  static void check() {
    descend(CALLS);
  }

  private static int descend(int calls) {
    return calls == 0 ? 0 : 1 + descend(calls - 1);
  }
}
