package dev.merapi.kernels.machine;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.merapi.kernels.x64.Gpr;
import dev.merapi.kernels.x64.Instruction;
import dev.merapi.kernels.x64.Mem;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.List;
import org.junit.jupiter.api.Test;

class MachineCallTest {
  /// Ten times what an empty call takes in the slow phases of a busy machine.
  private static final double MOST_NANOS = 200;

  private static final long SMALL_STACK = 256 << 10;

  @Test
  void sixArgumentsArriveInTheirOrder() {
    var frame = new Frame(CallingConvention.host(), List.of(Gpr.RAX, Gpr.R11), 0, 0, false);
    var code =
        HostPages.code(assembler -> {
          frame.prologue(assembler);
          assembler.emit(Instruction.MOV, Gpr.R11, frame.argument(0));
          for (int i = 0; i < 6; i++) {
            assembler.emit(Instruction.MOV, Gpr.RAX, frame.argument(i));
            assembler.emit(Instruction.MOV, Mem.mem(Gpr.R11, 8 * i), Gpr.RAX);
          }
          frame.epilogue(assembler);
        });
    try (CodeBlock block = HostPages.install(code);
        Arena arena = Arena.ofConfined()) {
      MemorySegment out = arena.allocate(ValueLayout.JAVA_LONG, 6);
      long[] expected = {out.address(), -2, Long.MAX_VALUE, Long.MIN_VALUE, 5, 1L << 40};
      MachineCall.call(block.entry(0), out.address(), -2, expected[2], expected[3], 5, 1L << 40);
      assertArrayEquals(expected, out.toArray(ValueLayout.JAVA_LONG));
      out.fill((byte) 0);
      MachineCall.callLong(
          block.entry(0), out.address(), -2, expected[2], expected[3], 5, 1L << 40);
      assertArrayEquals(expected, out.toArray(ValueLayout.JAVA_LONG));
    }
  }

  @Test
  void anEmptyCallTakesNanoseconds() {
    try (CodeBlock block = HostPages.install(HostPages.code(a -> a.emit(Instruction.RET)))) {
      MemorySegment entry = block.entry(0);
      double best = Double.MAX_VALUE;
      for (int round = 0; round < 50 && best > 10; round++) {
        best = Math.min(best, nanosPerCall(entry));
      }
      double nanos = best;
      assertTrue(nanos < MOST_NANOS, () -> "nanoseconds=" + nanos);
    }
  }

  @Test
  void anOverflowOfTheStackOnTheWayIsOne() throws InterruptedException {
    try (CodeBlock block = HostPages.install(HostPages.code(a -> a.emit(Instruction.RET)))) {
      MemorySegment entry = block.entry(0);
      Throwable[] thrown = new Throwable[1];
      Runnable dive =
          () -> {
            try {
              dive(entry, thrown);
            } catch (RuntimeException | StackOverflowError _) {
              // the first one is kept
            }
          };
      Thread thread = new Thread(null, dive, "diver", SMALL_STACK);
      thread.start();
      thread.join();
      assertInstanceOf(StackOverflowError.class, thrown[0]);
    }
  }

  /// Makes calls with less and less room on the stack.
  private static int dive(MemorySegment entry, Throwable[] thrown) {
    try {
      MachineCall.call(entry, 0, 0, 0, 0, 0, 0);
      MachineCall.callLong(entry, 0, 0, 0, 0, 0, 0);
    } catch (RuntimeException | Error e) {
      thrown[0] = e; // there is no room for a call
      throw e;
    }
    return 1 + dive(entry, thrown);
  }

  private static double nanosPerCall(MemorySegment entry) {
    int calls = 10_000;
    long start = System.nanoTime();
    for (int i = 0; i < calls; i++) {
      MachineCall.call(entry, i, 0, 0, 0, 0, 0);
    }
    return (double) (System.nanoTime() - start) / calls;
  }
}
