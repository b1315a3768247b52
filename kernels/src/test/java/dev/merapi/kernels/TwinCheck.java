package dev.merapi.kernels;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.merapi.kernels.bytecode.ScalarTarget;
import dev.merapi.kernels.bytecode.VectorTarget;
import dev.merapi.kernels.ir.Routine;
import dev.merapi.kernels.ir.interpret.Interpreter;
import dev.merapi.kernels.ir.pass.Passes;
import dev.merapi.kernels.jit.Kernel;
import dev.merapi.kernels.jit.Lanes;
import dev.merapi.kernels.machine.Cpu.Level;
import dev.merapi.kernels.machine.lower.Compiled;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;

/// Compares a routine, on every target, with plain code that does the same, bit for bit, up to the
/// bits of a NaN, on memory that nobody may leave.
public final class TwinCheck implements AutoCloseable {
  private static final float[] SPECIAL = {
    Float.NaN, Float.POSITIVE_INFINITY, Float.NEGATIVE_INFINITY, 0f, -0f, Float.MIN_VALUE, 3e38f
  };

  /// Which numbers are drawn.
  public enum Numbers {
    FINITE,
    /// One in eight is a zero, or not finite, or nearly so; others are often equal.
    SPECIAL
  }

  /// A routine, ready to run on a target.
  private record Form(String name, Runner runner) {}

  private interface Runner {
    void run(Call call, long[] arguments);
  }

  private final List<Form> forms = new ArrayList<>();
  private final List<Compiled> code = new ArrayList<>();

  private TwinCheck(Routine routine) {
    interpreted("interpreter", routine);
    interpreted("passes", Passes.run(routine));
    add("scalar", ScalarTarget.compile(routine));
    for (Lanes lanes : Lanes.vectors()) {
      int bits = lanes.bits();
      add("vector" + bits, VectorTarget.compile(routine, bits).kernel());
    }
    for (Level level : List.of(Level.AVX2, Level.AVX512)) {
      if (Compiled.serves(level)) {
        Compiled compiled = Compiled.of(routine, level);
        code.add(compiled);
        forms.add(new Form(level.name(), (_, words) -> compiled.run(words)));
      }
    }
  }

  /// The routine on all targets that this machine has.
  public static TwinCheck of(Routine routine) {
    return new TwinCheck(routine);
  }

  private void interpreted(String name, Routine routine) {
    forms.add(new Form(name, (call, words) -> new Interpreter(call.buffers).run(routine, words)));
  }

  private void add(String name, Kernel kernel) {
    forms.add(new Form(name, (_, words) -> run(kernel, words)));
  }

  @Override
  public void close() {
    code.forEach(Compiled::close);
  }

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

  /// Checks all forms.
  ///
  /// @param twin takes the routine's arguments
  public void sameBits(Kernel twin, Setup setup) {
    float[] wanted = run(setup, (_, words) -> run(twin, words));
    for (Form form : forms) {
      assertSame(wanted, run(setup, form.runner), form.name);
    }
  }

  private static float[] run(Setup setup, Runner runner) {
    return GuardedMemory.atBothEdges(memory -> {
      Call call = new Call(memory);
      runner.run(call, setup.arguments(call));
      return call.contents();
    });
  }

  private static void run(Kernel kernel, long[] words) {
    long[] all = Arrays.copyOf(words, Kernel.ARITY);
    kernel.run(all[0], all[1], all[2], all[3], all[4], all[5]);
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
