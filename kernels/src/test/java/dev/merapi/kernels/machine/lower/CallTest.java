package dev.merapi.kernels.machine.lower;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;

import dev.merapi.kernels.ir.MemoryType;
import dev.merapi.kernels.ir.Routine;
import dev.merapi.kernels.ir.build.Handle;
import dev.merapi.kernels.ir.build.Int;
import dev.merapi.kernels.ir.build.Ptr;
import dev.merapi.kernels.ir.build.RoutineBuilder;
import dev.merapi.kernels.machine.Cpu;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/// Arguments reach the routine that is called, in whatever order they are handed on.
class CallTest {
  private static final int NUMBERS = 5;
  private static final int ORDERS = 60;

  /// Writes its numbers one after the other.
  private static Routine writer() {
    RoutineBuilder b = new RoutineBuilder("writer");
    Ptr to = b.pointer("to");
    for (int i = 0; i < NUMBERS; i++) {
      to.at((long) i * Long.BYTES).store(MemoryType.I64, b.integer("n" + i));
    }
    return b.build();
  }

  /// Calls the writer with its own numbers in some order; one of them may be a constant. Its first
  /// number stays alive.
  private static Routine caller(Routine writer, List<Integer> order, int constantAt) {
    RoutineBuilder b = new RoutineBuilder("caller");
    Ptr to = b.pointer("to");
    List<Int> numbers = new ArrayList<>();
    for (int i = 0; i < NUMBERS; i++) {
      numbers.add(b.integer("n" + i));
    }
    var arguments = new ArrayList<Handle>(List.of(to));
    for (int i = 0; i < NUMBERS; i++) {
      arguments.add(i == constantAt ? b.constant(-1L << 40) : numbers.get(order.get(i)));
    }
    b.call(writer, arguments.toArray(Handle[]::new));
    to.at((long) NUMBERS * Long.BYTES).store(MemoryType.I64, numbers.getFirst());
    return b.build();
  }

  @Test
  void argumentsArriveInEveryOrder() {
    Compiled.assume(Cpu.Level.AVX2);
    Random random = new Random(7);
    Routine writer = writer();
    for (int i = 0; i < ORDERS; i++) {
      List<Integer> order = new ArrayList<>(List.of(0, 1, 2, 3, 4));
      Collections.shuffle(order, random);
      if (i % 3 == 0) {
        order.set(1, order.get(4)); // some twice, some never
      }
      int constantAt = i % 4 == 0 ? random.nextInt(NUMBERS) : -1;
      Routine routine = caller(writer, order, constantAt);
      try (Compiled code = Compiled.of(routine, Cpu.Level.AVX2);
          Compiled windows = Compiled.ofWindows(routine, Cpu.Level.AVX2)) {
        check(code, order, constantAt);
        check(windows, order, constantAt);
      }
    }
  }

  private static void check(Compiled code, List<Integer> order, int constantAt) {
    long[] numbers = {11, -22, 33L << 33, -44L << 44, 55};
    long[] wanted = new long[NUMBERS + 1];
    for (int i = 0; i < NUMBERS; i++) {
      wanted[i] = i == constantAt ? -1L << 40 : numbers[order.get(i)];
    }
    wanted[NUMBERS] = numbers[0];
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment to = arena.allocate(ValueLayout.JAVA_LONG, NUMBERS + 1);
      code.run(to.address(), numbers[0], numbers[1], numbers[2], numbers[3], numbers[4]);
      assertArrayEquals(wanted, to.toArray(ValueLayout.JAVA_LONG));
    }
  }
}
