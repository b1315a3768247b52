package dev.merapi.kernels.ir;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.merapi.kernels.ir.build.Int;
import dev.merapi.kernels.ir.build.Mask;
import dev.merapi.kernels.ir.build.Ptr;
import dev.merapi.kernels.ir.build.RoutineBuilder;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/// What loads, stores, pointers and calls mean, and that nothing leaves its buffer.
class MemorySemanticsTest {
  private final Memory memory = new Memory();
  private final RoutineBuilder b = new RoutineBuilder("memory");
  private final Ptr x = b.pointer("x");

  @AfterEach
  void free() {
    memory.close();
  }

  /// What is in memory after eight elements were converted from one type to another.
  private short[] shorts(MemoryType to, float... numbers) {
    MemorySegment out = memory.bytes(16);
    b.pointer("out").here().store(to, x.here().load(MemoryType.F32, numbers.length));
    memory.run(b.build(), memory.floats(numbers), out);
    return out.asSlice(0, 2L * numbers.length).toArray(ValueLayout.JAVA_SHORT);
  }

  @Test
  void halvesRoundToNearestEven() {
    short[] bits =
        shorts(
            MemoryType.F16,
            1,
            1 + 0x1p-11f,
            1 + 0x1.8p-10f,
            65519.99f,
            65520,
            0x1p-24f,
            0x1p-25f,
            Float.NaN);
    assertArrayEquals(new short[] {0x3c00, 0x3c00, 0x3c02, 0x7bff, 0x7c00, 1, 0, bits[7]}, bits);
    assertTrue(Float.isNaN(Float.float16ToFloat(bits[7])));
  }

  @Test
  void upperHalvesRoundToNearestEven() {
    float quiet = Float.intBitsToFloat(0x7f800001);
    short[] bits =
        shorts(
            MemoryType.BF16,
            1,
            1 + 0x1p-8f,
            1 + 0x1.8p-7f,
            Float.MAX_VALUE,
            -0f,
            0x1p-149f,
            0x1p-133f,
            quiet);
    assertArrayEquals(
        new short[] {0x3f80, 0x3f80, 0x3f82, 0x7f80, (short) 0x8000, 0, 1, bits[7]}, bits);
    assertTrue(Float.isNaN(Float.intBitsToFloat(bits[7] << 16)));
  }

  @Test
  void narrowIntegersWrapAndWiden() {
    MemorySegment in = memory.ints(-1, 128, 0x12345, 65535);
    MemorySegment out = memory.ints(new int[16]);
    Ptr narrow = b.pointer("narrow");
    Ptr wide = b.pointer("wide");
    MemoryType[] types = {MemoryType.I8, MemoryType.U8, MemoryType.I16, MemoryType.U16};
    for (int i = 0; i < types.length; i++) {
      narrow.at(8L * i).store(types[i], x.here().load(MemoryType.I32, 4));
      wide.at(16L * i).store(MemoryType.I32, narrow.at(8L * i).load(types[i], 4));
    }
    memory.run(b.build(), in, memory.bytes(32), out);
    int[] wanted = {
      -1, -128, 0x45, -1, 255, 128, 0x45, 255, -1, 128, 0x2345, -1, 65535, 128, 0x2345, 65535
    };
    assertArrayEquals(wanted, Memory.intsOf(out));
  }

  @Test
  void truthValuesAreBytes() {
    MemorySegment in = memory.bytes(4);
    MemorySegment.copy(new byte[] {0, 1, -128, 2}, 0, in, ValueLayout.JAVA_BYTE, 0, 4);
    MemorySegment out = memory.bytes(4);
    b.pointer("out").here().store(MemoryType.BOOL, x.here().loadMask(4));
    memory.run(b.build(), in, out);
    assertArrayEquals(new byte[] {0, 1, 1, 1}, out.toArray(ValueLayout.JAVA_BYTE));
  }

  @Test
  void lanesThatAreOffTouchNoMemory() {
    MemorySegment data = memory.floats(1, 2, 3);
    Int n = b.integer("n");
    Mask mask = n.maskBelow(4);
    x.here().store(MemoryType.F32, x.here().load(MemoryType.F32, 4, mask).plus(10), mask);
    Routine routine = b.build();
    memory.run(routine, data, 3);
    assertArrayEquals(new float[] {11, 12, 13}, Memory.floatsOf(data));
    memory.run(routine, data, -1);
    assertArrayEquals(new float[] {11, 12, 13}, Memory.floatsOf(data));
    var error = assertThrows(IndexOutOfBoundsException.class, () -> memory.run(routine, data, 4));
    assertTrue(error.getMessage().contains("element=3, instruction=v"), error.getMessage());
    assertTrue(error.getMessage().contains("load f32x4 f32 [x] mask"), error.getMessage());
  }

  @Test
  void lanesThatAreOffLoadZeros() {
    MemorySegment out = memory.ints(9, 9, 9, 9);
    Mask mask = b.mask(4, 0b0101);
    b.pointer("out").here().store(MemoryType.I32, x.here().load(MemoryType.I32, 4, mask));
    memory.run(b.build(), memory.ints(1, 2, 3, 4), out);
    assertArrayEquals(new int[] {1, 0, 3, 0}, Memory.intsOf(out));
  }

  @Test
  void pointersComeFromAnArgumentBlock() {
    MemorySegment data = memory.ints(5, 6, 7);
    MemorySegment block = memory.longs(data.address() + 4, 2);
    Ptr p = x.here().loadPointer();
    Int factor = x.at(8).loadInt(MemoryType.I64);
    Int product = p.at(4).loadInt(MemoryType.I32).times(factor);
    p.plus(-4).here().store(MemoryType.I32, product);
    memory.run(b.build(), block);
    assertArrayEquals(new int[] {14, 6, 7}, Memory.intsOf(data));
  }

  @Test
  void aPointerStaysInTheBufferThatItCameFrom() {
    MemorySegment first = memory.longs(1);
    MemorySegment second = memory.longs(2);
    Int distance = b.integer("distance");
    x.plus(distance).here().store(MemoryType.I64, distance);
    Routine routine = b.build();
    memory.run(routine, first, 0);
    long beyond = second.address() - first.address();
    assertThrows(IndexOutOfBoundsException.class, () -> memory.run(routine, first, beyond));
    assertThrows(IndexOutOfBoundsException.class, () -> memory.run(routine, first, 1));
    assertThrows(IndexOutOfBoundsException.class, () -> memory.run(routine, first, -1));
    var error = assertThrows(IndexOutOfBoundsException.class, () -> memory.run(routine, 64, 0));
    assertTrue(error.getMessage().contains("pointer into no buffer"), error.getMessage());
    assertArrayEquals(new long[] {2}, Memory.longsOf(second));
  }

  @Test
  void calledRoutinesHaveTheirOwnValues() {
    RoutineBuilder inner = new RoutineBuilder("fill");
    Ptr to = inner.pointer("to");
    Int from = inner.integer("from");
    Int count = inner.integer("count");
    inner.loop(count, i -> to.at(i, 4).store(MemoryType.I32, from.plus(i)));
    Routine fill = inner.build();

    Int n = b.integer("n");
    b.loop(n, i -> b.call(fill, x.plus(i, 8), i.times(100), b.constant(2)));
    MemorySegment out = memory.ints(new int[6]);
    memory.run(b.build(), out, 3);
    assertArrayEquals(new int[] {0, 1, 100, 101, 200, 201}, Memory.intsOf(out));
  }

  @Test
  void aPrefetchMayBeAnywhere() {
    x.at(1 << 20).prefetch();
    x.here().store(MemoryType.I32, b.constant(3));
    MemorySegment out = memory.ints(0);
    memory.run(b.build(), out);
    assertEquals(3, Memory.intsOf(out)[0]);
  }
}
