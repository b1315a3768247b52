package dev.merapi.kernels;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.merapi.kernels.emit.Kernel;
import dev.merapi.kernels.ir.Routine;
import dev.merapi.kernels.ir.interpret.Interpreter;
import dev.merapi.kernels.ir.pass.Passes;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;

/// Compares routines with plain code that does the same, bit for bit, up to the bits of a NaN, on
/// memory that nobody may leave.
public final class TwinCheck {
  private static final float[] SPECIAL = {
    Float.NaN, Float.POSITIVE_INFINITY, Float.NEGATIVE_INFINITY, 0f, -0f, Float.MIN_VALUE, 3e38f
  };

  /// Which numbers are drawn.
  public enum Numbers {
    FINITE,
    /// One in eight is a zero, or not finite, or nearly so; others are often equal.
    SPECIAL
  }

  private TwinCheck() {}

  /// What a call works on.
  public static final class Call {
    private final GuardedMemory memory;
    private final List<MemorySegment> buffers = new ArrayList<>();
    private final List<MemorySegment> results = new ArrayList<>();

    private Call(GuardedMemory memory) {
      this.memory = memory;
    }

    /// A buffer that is read; its address.
    public long input(float... numbers) {
      return add(memory.copy(numbers)).address();
    }

    /// A buffer whose contents are compared afterwards; its address.
    public long result(float... numbers) {
      MemorySegment segment = add(memory.copy(numbers));
      results.add(segment);
      return segment.address();
    }

    /// A buffer of integers and addresses.
    public long block(long... words) {
      MemorySegment segment = memory.allocate((long) words.length * Long.BYTES, Long.BYTES);
      MemorySegment.copy(words, 0, segment, ValueLayout.JAVA_LONG, 0, words.length);
      return add(segment).address();
    }

    /// A buffer of so many bytes, to be filled by the caller.
    public long bytes(long count) {
      return add(memory.allocate(count, Long.BYTES)).address();
    }

    private MemorySegment add(MemorySegment segment) {
      buffers.add(segment);
      return segment;
    }

    private float[] contents() {
      int count = results.stream().mapToInt(each -> (int) each.byteSize() / Float.BYTES).sum();
      float[] all = new float[count];
      int at = 0;
      for (MemorySegment segment : results) {
        float[] part = segment.toArray(ValueLayout.JAVA_FLOAT);
        System.arraycopy(part, 0, all, at, part.length);
        at += part.length;
      }
      return all;
    }
  }

  /// Lays out the memory of a call, always with the same contents.
  public interface Setup {
    /// Returns the arguments.
    long[] arguments(Call call);
  }

  /// Checks a routine, and what the passes make of it.
  ///
  /// @param twin takes the routine's arguments
  public static void sameBits(Routine routine, Kernel twin, Setup setup) {
    float[] wanted = run(setup, (_, words) -> runTwin(twin, words));
    for (Routine form : List.of(routine, Passes.run(routine))) {
      float[] found = run(setup, (call, words) -> new Interpreter(call.buffers).run(form, words));
      assertSame(wanted, found, routine.name());
    }
  }

  private interface Runner {
    void run(Call call, long[] arguments);
  }

  private static float[] run(Setup setup, Runner runner) {
    return GuardedMemory.atBothEdges(memory -> {
      Call call = new Call(memory);
      runner.run(call, setup.arguments(call));
      return call.contents();
    });
  }

  private static void runTwin(Kernel twin, long[] words) {
    long[] all = Arrays.copyOf(words, Kernel.ARITY);
    twin.run(all[0], all[1], all[2], all[3], all[4], all[5]);
  }

  private static void assertSame(float[] wanted, float[] found, String name) {
    for (int i = 0; i < wanted.length; i++) {
      int at = i;
      assertEquals(
          Float.floatToIntBits(wanted[i]),
          Float.floatToIntBits(found[i]),
          () -> name + ": element " + at + " " + wanted[at] + " " + found[at]);
    }
  }

  /// So many numbers, the same for the same seed.
  public static float[] drawn(int count, long seed, Numbers kind) {
    Random random = new Random(seed);
    float[] numbers = new float[count];
    for (int i = 0; i < count; i++) {
      boolean special = kind == Numbers.SPECIAL && random.nextInt(8) == 0;
      float plain = kind == Numbers.SPECIAL ? random.nextInt(9) - 4 : random.nextFloat(-3, 3);
      numbers[i] = special ? SPECIAL[random.nextInt(SPECIAL.length)] : plain;
    }
    return numbers;
  }
}
