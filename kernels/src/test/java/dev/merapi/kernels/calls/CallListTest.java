package dev.merapi.kernels.calls;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.merapi.kernels.GuardedMemory;
import dev.merapi.kernels.jit.Kernel;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CallListTest {
  private static final ValueLayout.OfLong LONG = ValueLayout.JAVA_LONG;

  /// A kernel that somebody believes to be machine code.
  private record Code(long entry, boolean isLasting) implements Kernel {
    @Override
    public void run(long p0, long p1, long p2, long p3, long p4, long p5) {}
  }

  /// Calls with blocks of different sizes between them.
  private static void program(Calls calls, int count) {
    for (int i = 0; i < count; i++) {
      int words = 1 + i % 5;
      long block = calls.block(0, words);
      for (int word = words - 1; word >= 0; word--) {
        calls.put(block + 8L * word, 1000L * i + word);
      }
      calls.call(new Code(i + 1, false), i, -i, 3, 4, 5, block);
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 7, 511, 512, 513, 5000})
  void callsAndBlocksLieWhereTheyAreExpected(int count) {
    CallCount size = new CallCount(1 << 20);
    program(size, count);
    assertEquals(count, size.calls());
    long bytes = CallList.bytes(size.calls(), size.words());
    try (GuardedMemory memory = GuardedMemory.ofEnds()) {
      MemorySegment all = memory.allocate(bytes, 8);
      CallList list = new CallList(all.address(), size.calls(), size.words());
      assertEquals(all.address(), list.next());
      program(list, count);
      assertEquals(all.address() + 64L * count, list.next());
      list.finish();
      long block = 64L * count;
      for (int i = 0; i < count; i++) {
        long[] want = {i + 1, i, -i, 3, 4, 5, all.address() + block};
        for (int word = 0; word < want.length; word++) {
          assertEquals(want[word], all.get(LONG, 64L * i + 8L * word), "call " + i);
        }
        for (int word = 0; word < 1 + i % 5; word++) {
          assertEquals(1000L * i + word, all.get(LONG, block), "block " + i);
          block += 8;
        }
      }
      assertEquals(bytes, block);
    }
  }

  @Test
  void aCountSaysWhatIsNoCodeAndWhatLasts() {
    CallCount count = new CallCount(1 << 20);
    count.call(new Code(1, false), 0, 0, 0, 0, 0, 0);
    assertTrue(count.isCode());
    assertFalse(count.lasts());
    count.call(new Code(1, true), 0, 0, 0, 0, 0, 0);
    assertTrue(count.lasts());
    count.call((_, _, _, _, _, _) -> {}, 0, 0, 0, 0, 0, 0);
    assertFalse(count.isCode());
  }

  @Test
  void aCountEndsWhereItHasNoSense() {
    CallCount count = new CallCount(7);
    program(count, 7);
    assertEquals(7, count.calls());
    assertThrows(CallCount.TooManyException.class, () -> program(count, 1));
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 700})
  void nothingIsWrittenBehindWhatWasCounted(int count) {
    try (GuardedMemory memory = GuardedMemory.ofEnds()) {
      MemorySegment all = memory.allocate(CallList.bytes(count, 0), 8);
      CallList list = new CallList(all.address(), count, 0);
      for (int i = 0; i <= count; i++) {
        list.call(new Code(1, false), i, 0, 0, 0, 0, 0);
      }
      assertThrows(IllegalStateException.class, list::finish);
    }
  }

  @Test
  void onlyMachineCodeIsWrittenDown() {
    CallList list = new CallList(0, 1, 0);
    assertThrows(
        IllegalArgumentException.class,
        () -> list.call((_, _, _, _, _, _) -> {}, 0, 0, 0, 0, 0, 0));
  }
}
