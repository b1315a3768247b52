package dev.merapi.memory;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.merapi.MerapiException;
import dev.merapi.MerapiException.Kind;
import dev.merapi.graph.TensorType;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SlabTest {
  @ParameterizedTest
  @ValueSource(longs = {0, 1, 63, 64, 65, 1 << 20, Slab.HUGE, Slab.HUGE + 12_345})
  void isAlignedZeroFilledAndWritable(long bytes) {
    try (Slab slab = Slab.allocate(bytes)) {
      assertEquals(0, slab.address() % Slab.ALIGNMENT);
      assertEquals(bytes, slab.bytes());
      for (long i = 0; i < bytes; i += 4093) {
        assertEquals(0, slab.segment().get(ValueLayout.JAVA_BYTE, i));
      }
      slab.segment().fill((byte) 1);
    }
  }

  @Test
  void theTextOfAViewHasItsNumbersWhileTheMemoryLives() {
    var slab = Slab.allocate(8);
    HostTensor view = slab.view("v", TensorType.f32(2), new Slot(0, 8));
    view.copyFrom(new float[] {0, 1.5f});
    assertEquals("v: tensor([0.0000, 1.5000], f32[2])", view.toString());
    slab.close();
    assertEquals("v: closed, f32[2]", view.toString());
  }

  /// A masked load is a whole one on processors without masks.
  @ParameterizedTest
  @ValueSource(longs = {0, 4, 4096, Slab.HUGE})
  void vectorsMayBeReadThatBeginAtItsLastElements(long bytes) {
    try (Slab slab = Slab.allocate(bytes)) {
      MemorySegment readable = slab.readable();
      assertEquals(slab.address(), readable.address());
      assertEquals(0f, readable.get(ValueLayout.JAVA_FLOAT, bytes + 4 * 64 - 4));
      assertThrows(
          IndexOutOfBoundsException.class, () -> slab.segment().get(ValueLayout.JAVA_FLOAT, bytes));
    }
  }

  @Test
  void aViewIsCheckedAgainstTheSlab() {
    try (Slab slab = Slab.allocate(64)) {
      TensorType type = TensorType.f32(2, 4);
      assertEquals(8, slab.view("x", type, new Slot(32, 32)).elements());
      assertKind(Kind.ARGUMENT, () -> slab.view("x", type, new Slot(48, 32)));
      assertKind(Kind.ARGUMENT, () -> slab.view("x", type, new Slot(0, 16)));
    }
  }

  @Test
  void aViewOfAClosedSlabSaysSo() {
    Slab slab = Slab.allocate(64);
    HostTensor view = slab.view("x", TensorType.f32(4), new Slot(0, 64));
    slab.close();
    slab.close();
    assertKind(Kind.CLOSED, () -> view.getFloat(0));
    assertKind(Kind.CLOSED, () -> view.copyFrom(new float[4]));
    assertKind(Kind.CLOSED, slab::acquire);
  }

  @Test
  void theLastUserFreesAClosedSlab() {
    Slab slab = Slab.allocate(64);
    slab.acquire();
    slab.close();
    slab.segment().set(ValueLayout.JAVA_INT, 0, 7); // still there
    slab.release();
    assertThrows(IllegalStateException.class, () -> slab.segment().get(ValueLayout.JAVA_INT, 0));
  }

  @Test
  void copiesCheckTypeAndCount() {
    HostTensor x = HostTensor.allocate("x", TensorType.f32(2, 3));
    x.copyFrom(new float[] {1, 2, 3, 4, 5, 6});
    assertArrayEquals(new float[] {1, 2, 3, 4, 5, 6}, x.toFloats());
    assertEquals(6, x.getFloat(x.index(1, 2)));
    x.copyFrom(new float[] {0, 0, 9, 8, 7, 6, 5, 4}, 2);
    assertEquals(9, x.getFloat(0));
    assertKind(Kind.SHAPE, () -> x.copyFrom(new float[5]));
    assertKind(Kind.SHAPE, () -> x.copyFrom(new int[6]));
    assertKind(Kind.SHAPE, () -> x.copyTo(new boolean[6]));
    assertKind(Kind.SHAPE, () -> x.copyFrom(MemorySegment.ofArray(new float[7])));
    assertKind(Kind.INDEX, () -> x.getFloat(6));
    assertKind(Kind.INDEX, () -> x.set(-1, 0f));
    assertKind(Kind.INDEX, () -> x.index(0, 3));
    assertKind(Kind.INDEX, () -> x.copyFrom(new float[7], 2));
    MerapiException error = assertThrows(MerapiException.class, () -> x.copyFrom(new float[5]));
    assertTrue(
        error.getMessage().contains("name=x, type=f32[2,3], elements=6, given=5"),
        error.getMessage());
  }

  @Test
  void truthValuesAreZeroOrOne() {
    HostTensor x = HostTensor.allocate("x", TensorType.bool(3));
    x.copyFrom(new boolean[] {true, false, true});
    assertArrayEquals(new boolean[] {true, false, true}, x.toBooleans());
    assertEquals(1, x.getInt(0));
    assertKind(Kind.SHAPE, () -> x.copyFrom(MemorySegment.ofArray(new int[] {0, 2, 1})));
  }

  @Test
  void closingWaitsForTheLastUserUnderContention() throws InterruptedException {
    for (int round = 0; round < 200; round++) {
      var freed = new AtomicInteger();
      var count = new UseCount("thing", freed::incrementAndGet);
      Runnable user =
          () -> {
            try {
              while (true) {
                count.acquire();
                assertEquals(0, freed.get());
                count.release();
              }
            } catch (MerapiException e) {
              assertEquals(Kind.CLOSED, e.kind());
            }
          };
      Thread a = Thread.ofPlatform().start(user);
      Thread b = Thread.ofPlatform().start(user);
      Thread.onSpinWait();
      count.close();
      a.join();
      b.join();
      assertEquals(1, freed.get());
      assertEquals(0, count.users());
      assertFalse(count.users() > 0);
    }
  }

  private static void assertKind(Kind kind, Executable code) {
    assertEquals(kind, assertThrows(MerapiException.class, code).kind());
  }
}
