package dev.merapi.kernels.machine.lower;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import java.util.BitSet;
import java.util.Random;
import org.junit.jupiter.api.Test;

/// The ranges of a register are a set of positions.
class RegTest {
  private static final int POSITIONS = 60;

  private static Reg reg(Random random, BitSet positions) {
    Reg reg = new Reg(0, Reg.Kind.VECTOR, 128, null, false);
    int end = POSITIONS;
    while (end > 3 && random.nextInt(5) > 0) {
      int to = end - random.nextInt(3);
      int from = Math.max(0, to - 1 - random.nextInt(8));
      reg.addRange(from, to);
      positions.set(from, to);
      end = from;
    }
    return reg;
  }

  @Test
  void rangesAreSetsOfPositions() {
    Random random = new Random(5);
    for (int i = 0; i < 2000; i++) {
      BitSet first = new BitSet();
      BitSet second = new BitSet();
      Reg a = reg(random, first);
      Reg b = reg(random, second);
      if (first.isEmpty()) {
        assertFalse(a.isNeeded());
        continue;
      }
      assertEquals(first.nextSetBit(0), a.start());
      assertEquals(first.length(), a.end());
      assertEquals(first.cardinality(), a.length());
      assertEquals(first.intersects(second), a.intersects(b));
      int[] positions = {random.nextInt(20), 20 + random.nextInt(20), 40 + random.nextInt(20)};
      boolean covers = false;
      for (int position : positions) {
        covers |= first.get(position);
      }
      assertEquals(covers, a.covers(positions, positions.length));
      if (!a.intersects(b)) {
        a.join(b);
        first.or(second);
        assertEquals(a, b.found());
        assertEquals(first.cardinality(), a.length());
        assertEquals(first.nextSetBit(0), a.start());
        assertEquals(first.length(), a.end());
      }
    }
  }

  @Test
  void earlyRangesCanBeTakenAway() {
    Reg reg = new Reg(0, Reg.Kind.GENERAL, 64, null, false);
    reg.addRange(40, 50);
    reg.addRange(20, 30);
    reg.addRange(5, 10);
    assertEquals(30, reg.removeBefore(25));
    assertEquals(40, reg.start());
    assertEquals(0, reg.removeBefore(40));
    reg.addRange(30, 40);
    assertEquals(30, reg.start());
    assertEquals(20, reg.length());
  }
}
