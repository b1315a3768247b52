package dev.merapi.kernels.machine.lower;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/// A virtual register: what it holds, where it is needed, and at last its place.
///
/// The places where it is needed are ranges of positions. The step `i` reads at position `2 i` and
/// writes at `2 i + 1`; a range ends before its last number. [Liveness] finds ranges from the last
/// to the first, so they are kept in that order.
final class Reg implements Comparable<Reg> {
  /// What a register can hold.
  enum Kind {
    GENERAL,
    VECTOR,
    MASK
  }

  static final int NOWHERE = -1;

  final int number;
  final Kind kind;

  /// The most bits that are written to it.
  int bits;

  /// What it holds, if it is a constant that can be made again anywhere.
  final @Nullable Literal literal;

  /// Whether it exists only around one step, so that it must have a place.
  final boolean isBrief;

  private @Nullable Reg joined;

  /// The number of the processor's register.
  int place = NOWHERE;

  /// The place that would save a move.
  int wish = NOWHERE;

  /// Where it lives instead of in a register.
  @Nullable Slot slot;

  /// Whether the scan found no place for it.
  boolean isSpilled;

  /// Memory with the same content, until something is written or the block ends.
  Arg.@Nullable Memory source;

  int sourceBits;
  int sourceEpoch;

  /// What it costs to have no place, in accesses.
  double weight;

  private int[] ranges = new int[4];
  private int size;

  Reg(int number, Kind kind, int bits, @Nullable Literal literal, boolean isBrief) {
    this.number = number;
    this.kind = kind;
    this.bits = bits;
    this.literal = literal;
    this.isBrief = isBrief;
  }

  /// The register as an operand, at its own width.
  Arg.Register all() {
    return new Arg.Register(this, bits);
  }

  /// The register as an operand, at another width.
  Arg.Register at(int width) {
    return new Arg.Register(this, width);
  }

  // Ranges

  void clearRanges() {
    size = 0;
    weight = 0;
  }

  /// Adds a range before all others.
  void addRange(int from, int to) {
    if (size > 0 && ranges[size - 2] <= to) {
      ranges[size - 2] = from;
      return;
    }
    if (size == ranges.length) {
      ranges = Arrays.copyOf(ranges, 2 * size);
    }
    ranges[size] = from;
    ranges[size + 1] = to;
    size += 2;
  }

  boolean isNeeded() {
    return size > 0;
  }

  int start() {
    return ranges[size - 2];
  }

  int end() {
    return ranges[1];
  }

  /// By where they are first needed.
  @Override
  public int compareTo(Reg other) {
    int order = Integer.compare(start(), other.start());
    return order != 0 ? order : Integer.compare(number, other.number);
  }

  /// Takes away the ranges that start before a position.
  ///
  /// @return the end of the last of them, or 0
  int removeBefore(int position) {
    int end = 0;
    while (size > 0 && ranges[size - 2] < position) {
      end = Math.max(end, ranges[size - 1]);
      size -= 2;
    }
    return end;
  }

  /// The positions in all ranges.
  int length() {
    int sum = 0;
    for (int i = 0; i < size; i += 2) {
      sum += ranges[i + 1] - ranges[i];
    }
    return sum;
  }

  boolean intersects(Reg other) {
    int i = size - 2;
    int j = other.size - 2;
    int[] others = other.ranges;
    while (i >= 0 && j >= 0) {
      if (ranges[i + 1] <= others[j]) {
        i -= 2;
      } else if (others[j + 1] <= ranges[i]) {
        j -= 2;
      } else {
        return true;
      }
    }
    return false;
  }

  /// Whether one of some positions, in order, is in a range.
  boolean covers(int[] positions, int count) {
    int i = size - 2;
    for (int j = 0; j < count; j++) {
      while (i >= 0 && ranges[i + 1] <= positions[j]) {
        i -= 2;
      }
      if (i >= 0 && ranges[i] <= positions[j]) {
        return true;
      }
    }
    return false;
  }

  // Joining

  /// The register that it has become part of, or itself.
  Reg found() {
    Reg reg = this;
    while (reg.joined != null) {
      reg = reg.joined;
    }
    return reg;
  }

  /// Makes another register part of this one. Their ranges do not intersect.
  void join(Reg other) {
    other.joined = this;
    bits = Math.max(bits, other.bits);
    weight += other.weight;
    if (wish == NOWHERE) {
      wish = other.wish;
    }
    int[] merged = new int[size + other.size];
    int count = 0;
    int i = 0;
    int j = 0;
    while (i < size || j < other.size) {
      boolean mine = j == other.size || i < size && ranges[i] > other.ranges[j];
      int from = mine ? ranges[i] : other.ranges[j];
      int to = mine ? ranges[i + 1] : other.ranges[j + 1];
      if (mine) {
        i += 2;
      } else {
        j += 2;
      }
      if (count > 0 && merged[count - 2] == to) {
        merged[count - 2] = from;
      } else {
        merged[count] = from;
        merged[count + 1] = to;
        count += 2;
      }
    }
    ranges = merged;
    size = count;
  }
}
