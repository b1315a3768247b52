package dev.merapi.kernels.machine.lower;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.merapi.kernels.GuardedMemory;
import dev.merapi.kernels.ir.MemoryType;
import dev.merapi.kernels.ir.Routine;
import dev.merapi.kernels.ir.build.Int;
import dev.merapi.kernels.ir.build.Mask;
import dev.merapi.kernels.ir.build.Ptr;
import dev.merapi.kernels.ir.build.RoutineBuilder;
import dev.merapi.kernels.machine.Cpu;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// Elements that a mask leaves out are not touched: they lie on pages that nothing may touch, and
/// whoever does ends the JVM.
class MaskedMemoryTest {
  private static final int[] COUNTS = {1, 2, 4, 8, 16, 32, 64};

  /// Copies the first elements, or those behind them.
  private static Routine copy(MemoryType type, int count, boolean first) {
    RoutineBuilder b = new RoutineBuilder("copy");
    Ptr from = b.pointer("from");
    Ptr to = b.pointer("to");
    Int limit = b.integer("limit");
    Mask below = limit.maskBelow(count);
    Mask mask = first ? below : below.not();
    if (type == MemoryType.BOOL) {
      to.here().store(type, from.here().loadMask(count, mask), mask);
    } else {
      to.here().store(type, from.here().load(type, count, mask), mask);
    }
    return b.build();
  }

  @ParameterizedTest
  @EnumSource(names = {"AVX2", "AVX512"})
  void onlyWhatIsOnIsTouched(Cpu.Level level) {
    Compiled.assume(level);
    for (MemoryType type : MemoryType.values()) {
      for (int count : COUNTS) {
        try (Compiled first = Compiled.of(copy(type, count, true), level);
            Compiled last = Compiled.of(copy(type, count, false), level)) {
          GuardedMemory.atBothEdges(memory -> {
            for (int own : limits(count)) {
              run(first, memory, type, own, 0, own);
              run(last, memory, type, count - own, -own, own);
            }
            return new float[0];
          });
        }
      }
    }
  }

  private static List<Integer> limits(int count) {
    List<Integer> limits = new ArrayList<>(List.of(0, 1, count - 1, count));
    for (int i = 3; i < count; i += 5) {
      limits.add(i);
    }
    return limits;
  }

  /// @param elements that are there
  /// @param shift of the pointers, in elements
  private static void run(
      Compiled code, GuardedMemory memory, MemoryType type, int elements, int shift, int limit) {
    int bytes = elements * type.bytes();
    MemorySegment from = memory.allocate(Math.max(bytes, 1), 1);
    MemorySegment to = memory.allocate(Math.max(bytes, 1), 1);
    byte[] wanted = new byte[bytes];
    for (int i = 0; i < bytes; i++) {
      wanted[i] = (byte) (type == MemoryType.BOOL ? i % 2 : 1 + i % 50); // no NaN
      from.set(ValueLayout.JAVA_BYTE, i, wanted[i]);
    }
    long moved = (long) shift * type.bytes();
    code.run(from.address() + moved, to.address() + moved, limit);
    for (int i = 0; i < bytes; i++) {
      int at = i;
      assertEquals(wanted[i], to.get(ValueLayout.JAVA_BYTE, i), () -> type + ", byte " + at);
    }
  }
}
