package dev.merapi.kernels.ir;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;

import dev.merapi.kernels.ir.build.Ptr;
import dev.merapi.kernels.ir.build.RoutineBuilder;
import dev.merapi.kernels.ir.build.Vec;
import java.lang.foreign.MemorySegment;
import java.util.function.BinaryOperator;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;

/// What operations on lanes mean at the edges, by values that are written out.
class LaneSemanticsTest {
  private static final float NAN = Float.NaN;
  private static final float INF = Float.POSITIVE_INFINITY;

  private static float[] floats(UnaryOperator<Vec> op, float... x) {
    return floats((a, _) -> op.apply(a), x, x);
  }

  /// The operation on four lanes.
  private static float[] floats(BinaryOperator<Vec> op, float[] x, float[] y) {
    try (Memory memory = new Memory()) {
      MemorySegment out = memory.floats(0, 0, 0, 0);
      Routine routine = routine(op, MemoryType.F32, MemoryType.F32, 4);
      memory.run(routine, memory.floats(x), memory.floats(y), out);
      return Memory.floatsOf(out);
    }
  }

  private static int[] ints(BinaryOperator<Vec> op, int[] x, int[] y) {
    try (Memory memory = new Memory()) {
      MemorySegment out = memory.ints(0, 0, 0, 0);
      Routine routine = routine(op, MemoryType.I32, MemoryType.I32, 4);
      memory.run(routine, memory.ints(x), memory.ints(y), out);
      return Memory.intsOf(out);
    }
  }

  private static int[] ints(UnaryOperator<Vec> op, int... x) {
    return ints((a, _) -> op.apply(a), x, x);
  }

  private static long[] longs(BinaryOperator<Vec> op, long[] x, long[] y) {
    try (Memory memory = new Memory()) {
      MemorySegment out = memory.longs(0, 0);
      Routine routine = routine(op, MemoryType.I64, MemoryType.I64, 2);
      memory.run(routine, memory.longs(x), memory.longs(y), out);
      return Memory.longsOf(out);
    }
  }

  private static Routine routine(
      BinaryOperator<Vec> op, MemoryType from, MemoryType to, int count) {
    RoutineBuilder b = new RoutineBuilder("op");
    Ptr x = b.pointer("x");
    Ptr y = b.pointer("y");
    Vec result = op.apply(x.here().load(from, count), y.here().load(from, count));
    b.pointer("out").here().store(to, result);
    return b.build();
  }

  private static float[] f(float... all) {
    return all;
  }

  private static int[] i(int... all) {
    return all;
  }

  @Test
  void minimumAndMaximumAreTheSecondOperandUnlessTheFirstIsLessOrGreater() {
    float[] a = f(NAN, 1, -0f, 0f);
    float[] b = f(1, NAN, 0f, -0f);
    assertArrayEquals(f(1, NAN, 0f, -0f), floats(Vec::min, a, b));
    assertArrayEquals(f(1, NAN, 0f, -0f), floats(Vec::max, a, b));
    assertArrayEquals(f(1, 2, -INF, -3), floats(Vec::min, f(1, 3, -INF, -3), f(2, 2, 0, -2)));
    assertArrayEquals(f(2, 3, 0, -2), floats(Vec::max, f(1, 3, -INF, -3), f(2, 2, 0, -2)));
    assertArrayEquals(i(-1, 2, -3, 4), ints(Vec::min, i(-1, 2, 3, 4), i(0, 2, -3, 5)));
    assertArrayEquals(i(0, 2, 3, 5), ints(Vec::max, i(-1, 2, 3, 4), i(0, 2, -3, 5)));
  }

  @Test
  void fusedMultiplyAddRoundsOnce() {
    float x = 1 + 0x1p-12f; // x * x = 1 + 2^-11 + 2^-24, which an f32 cannot hold
    float[] once = floats(a -> a.fma(a, a.constant(-(1 + 0x1p-11f))), x, x, x, x);
    assertArrayEquals(f(0x1p-24f, 0x1p-24f, 0x1p-24f, 0x1p-24f), once);
    float[] twice = floats(a -> a.times(a).plus(-(1 + 0x1p-11f)), x, x, x, x);
    assertArrayEquals(f(0, 0, 0, 0), twice);
  }

  @Test
  void roundingKeepsTheSignOfZero() {
    float[] x = f(-0.5f, 2.5f, -1.5f, 0x1p30f);
    assertArrayEquals(f(-1, 2, -2, 0x1p30f), floats(Vec::floor, x));
    assertArrayEquals(f(-0f, 3, -1, 0x1p30f), floats(Vec::ceil, x));
    assertArrayEquals(f(-0f, 2, -2, 0x1p30f), floats(Vec::round, x));
    assertArrayEquals(f(-0f, 2, -1, 0x1p30f), floats(Vec::trunc, x));
    assertArrayEquals(f(-0f, NAN, -INF, 3), floats(Vec::trunc, -0f, NAN, -INF, 3.9f));
  }

  @Test
  void signsAreBits() {
    assertArrayEquals(f(0f, -0f, -1, INF), floats(Vec::negate, -0f, 0f, 1, -INF));
    assertArrayEquals(f(0f, 0f, 1, INF), floats(Vec::abs, -0f, 0f, -1, -INF));
    assertArrayEquals(i(5, 0, 7, Integer.MIN_VALUE), ints(Vec::abs, -5, 0, 7, Integer.MIN_VALUE));
  }

  @Test
  void integersWrap() {
    int min = Integer.MIN_VALUE;
    int max = Integer.MAX_VALUE;
    assertArrayEquals(i(min, 0, 4, -2), ints(Vec::plus, i(max, min, 1, -1), i(1, min, 3, -1)));
    assertArrayEquals(
        i(-2, 0, 3, 0), ints(Vec::times, i(max, min, 1, 0x10000), i(2, 2, 3, 0x10000)));
    assertArrayEquals(
        new long[] {Long.MIN_VALUE, -2},
        longs(Vec::plus, new long[] {Long.MAX_VALUE, -1}, new long[] {1, -1}));
    assertArrayEquals(
        new long[] {0xfffffffe00000001L, 6},
        longs(Vec::times, new long[] {0xffffffffL, -2}, new long[] {0xffffffffL, -3}));
  }

  @Test
  void shiftsUseTheLowBitsOfTheDistance() {
    int[] x = i(-8, -8, -8, -8);
    int[] by = i(1, 33, -31, 32);
    assertArrayEquals(i(-16, -16, -16, -8), ints((a, d) -> a.apply(LaneOp.SHL, d), x, by));
    assertArrayEquals(i(-4, -4, -4, -8), ints((a, d) -> a.apply(LaneOp.SHR, d), x, by));
    assertArrayEquals(
        i(0x7ffffffc, 0x7ffffffc, 0x7ffffffc, -8), ints((a, d) -> a.apply(LaneOp.USHR, d), x, by));
    assertArrayEquals(
        new long[] {-4, -8},
        longs((a, d) -> a.apply(LaneOp.SHR, d), new long[] {-8, -8}, new long[] {65, 64}));
    assertArrayEquals(i(-4, 4, 0, -1), ints(a -> a.shr(33), -8, 8, 1, -2));
  }

  @Test
  void logicIsBitwise() {
    int[] a = i(0b1100, -1, 0, 5);
    int[] b = i(0b1010, 7, 7, 5);
    assertArrayEquals(i(0b1000, 7, 0, 5), ints(Vec::and, a, b));
    assertArrayEquals(i(0b1110, -1, 7, 5), ints(Vec::or, a, b));
    assertArrayEquals(i(0b0110, -8, 7, 0), ints(Vec::xor, a, b));
    assertArrayEquals(i(0b0100, -8, 0, 0), ints((x, y) -> x.apply(LaneOp.ANDNOT, y), a, b));
    assertArrayEquals(i(-13, 0, -1, -6), ints((x, _) -> x.not(), a, b));
  }

  @Test
  void conversionsToIntegersAreJavasCasts() {
    int[] bits = new int[4];
    float[] numbers = {1e20f, -INF, NAN, -3.99f};
    for (int k = 0; k < 4; k++) {
      bits[k] = Float.floatToRawIntBits(numbers[k]);
    }
    int[] wanted = {Integer.MAX_VALUE, Integer.MIN_VALUE, 0, -3};
    assertArrayEquals(wanted, ints(a -> a.bits().to(Lane.I32), bits));
    assertArrayEquals(wanted, ints(a -> a.bits().to(Lane.F64).to(Lane.I32), bits));
    assertArrayEquals(
        i(1, -1, 0x12345678, 0),
        ints(a -> a.to(Lane.I64).plus(0x1p40).to(Lane.I32), 1, -1, 0x12345678, 0));
  }

  @Test
  void conversionsToFloatsRoundToNearestEven() {
    int[] numbers = {16777217, 16777219, Integer.MAX_VALUE, -3};
    assertArrayEquals(
        i(16777216, 16777220, Integer.MAX_VALUE, -3),
        ints(a -> a.to(Lane.F32).to(Lane.F64).to(Lane.I32), numbers));
    assertArrayEquals(numbers, ints(a -> a.to(Lane.F64).to(Lane.I32), numbers));
    float ulp = 0x1p-23f;
    assertArrayEquals( // a tie to even below, one above, and what lies just above a tie
        f(1, 1 + 2 * ulp, 1 + ulp, INF),
        floats(
            (a, b) -> a.to(Lane.F64).plus(b.to(Lane.F64)).to(Lane.F32),
            f(1, 1 + ulp, 1, Float.MAX_VALUE),
            f(ulp / 2, ulp / 2, 0.5000001f * ulp, 0x1p103f)));
  }

  @Test
  void comparisonsWithNanAreFalseButDifference() {
    float[] a = f(NAN, 1, -0f, 2);
    float[] b = f(NAN, 2, 0f, 1);
    float[][] wanted = {
      {0, 1, 0, 0}, {0, 1, 1, 0}, {0, 0, 1, 0}, {1, 1, 0, 1}, {0, 0, 1, 1}, {0, 0, 0, 1}
    };
    for (Comparison each : Comparison.values()) {
      float[] result =
          floats((x, y) -> x.compare(each, y).select(x.constant(1), x.constant(0)), a, b);
      assertArrayEquals(wanted[each.ordinal()], result, each.name());
    }
  }

  @Test
  void lanesMove() {
    float[] x = f(1, 2, 3, 4);
    float[] y = f(5, 6, 7, 8);
    assertArrayEquals(f(2, 1, 4, 3), floats(a -> a.swap(1), x));
    assertArrayEquals(f(3, 4, 1, 2), floats(a -> a.swap(2), x));
    assertArrayEquals(f(1, 3, 2, 4), floats(Vec::zip, x));
    assertArrayEquals(f(1, 3, 2, 4), floats(Vec::unzip, x));
    assertArrayEquals(f(1, 5, 2, 6), floats((a, b) -> a.concat(b).zip().slice(0, 4), x, y));
    assertArrayEquals(f(3, 7, 4, 8), floats((a, b) -> a.concat(b).zip().slice(4, 4), x, y));
    assertArrayEquals(f(1, 3, 5, 7), floats((a, b) -> a.concat(b).unzip().slice(0, 4), x, y));
    assertArrayEquals(f(2, 4, 6, 8), floats((a, b) -> a.concat(b).unzip().slice(4, 4), x, y));
    assertArrayEquals(f(3, 3, 3, 3), floats(a -> a.lane(2).splat(4), x));
    assertArrayEquals(f(3, 4, 1, 2), floats(a -> a.slice(2, 2).concat(a.slice(0, 2)), x));
    assertArrayEquals(
        i(10, 21, 32, 43), ints(a -> a.plus(a.builder().laneNumbers(Lane.I32, 4)), 10, 20, 30, 40));
  }
}
