package dev.merapi.kernels.loop;

/// The outer loops but the rows', which a routine runs itself: where it finds them.
///
/// Behind the arguments of the [Structure] lie their extents, outermost first, then for each cursor
/// what it gains along each of them. A place of the nest is the cursors' values and behind them the
/// counters of these loops.
///
/// @param count of these loops
record SlowLoops(Structure structure, int count) {
  int extentOffset(int loop) {
    return structure.argumentBytes() + Long.BYTES * loop;
  }

  int strideOffset(int cursor, int loop) {
    return extentOffset(count + cursor * count + loop);
  }

  int argumentBytes() {
    return strideOffset(structure.cursors().size(), 0);
  }

  int counterOffset(int loop) {
    return structure.frameOffset(structure.cursors().size() + loop);
  }

  int placeBytes() {
    return counterOffset(count);
  }
}
