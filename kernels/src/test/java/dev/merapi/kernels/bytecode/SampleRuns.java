package dev.merapi.kernels.bytecode;

import dev.merapi.kernels.ir.MemoryType;
import dev.merapi.kernels.ir.Routine;
import dev.merapi.kernels.ir.interpret.Interpreter;
import dev.merapi.kernels.ir.pass.Passes;
import dev.merapi.kernels.ir.samples.GemmTile;
import dev.merapi.kernels.ir.samples.Softmax;
import dev.merapi.kernels.ir.samples.TransposingPack;
import dev.merapi.kernels.ir.samples.TransposingPack.Method;
import dev.merapi.kernels.ir.samples.WinogradInput;
import dev.merapi.kernels.jit.Kernel;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.function.Function;
import java.util.stream.Stream;

/// Kernels of the usual kinds with arguments: the bytes of each buffer, then numbers.
///
/// @param halves whether the buffers are filled with halves, or else with floats
record SampleRuns(Routine routine, boolean halves, List<Integer> buffers, List<Long> numbers) {
  private static final int ROWS = 3;

  static Stream<SampleRuns> all() {
    Stream.Builder<SampleRuns> all = Stream.builder();
    for (int n : new int[] {1, 16, 37, 64}) {
      all.add(softmax(MemoryType.F32, n));
      all.add(softmax(MemoryType.BF16, n));
      all.add(softmax(MemoryType.F16, n));
    }
    all.add(tile(14, 2, 16, 37)).add(tile(6, 2, 8, 20)).add(tile(1, 1, 4, 0)).add(tile(3, 1, 2, 9));
    for (Method method : Method.values()) {
      all.add(pack(method, 16, 16, 35)).add(pack(method, 8, 5, 8)).add(pack(method, 4, 1, 3));
    }
    all.add(winograd(16, 21)).add(winograd(8, 8)).add(winograd(4, 1));
    return all.build();
  }

  static SampleRuns softmax(MemoryType type, int n) {
    int bytes = ROWS * n * type.bytes();
    SampleRuns run = of(Softmax.of(type), List.of(bytes, bytes), ROWS, n);
    return new SampleRuns(run.routine, type.bytes() == Short.BYTES, run.buffers, run.numbers);
  }

  static SampleRuns tile(int rows, int vectors, int lanes, int k) {
    int columns = vectors * lanes;
    long stride = (columns + 5L) * Float.BYTES;
    return of(
        GemmTile.of(rows, vectors, lanes),
        List.of(k * rows * Float.BYTES, k * columns * Float.BYTES, (int) (rows * stride)),
        k,
        stride);
  }

  static SampleRuns pack(Method method, int lanes, int lines, int steps) {
    int stride = (steps + 3) * Float.BYTES;
    return of(
        TransposingPack.of(method, lanes),
        List.of(lines * stride, steps * lanes * Float.BYTES),
        lines,
        steps,
        stride);
  }

  static SampleRuns winograd(int lanes, int tiles) {
    int line = (2 * tiles + 2) * Float.BYTES;
    int element = tiles * Float.BYTES;
    return of(WinogradInput.of(lanes), List.of(4 * line, 16 * element), tiles, line, element);
  }

  private static SampleRuns of(Routine routine, List<Integer> buffers, long... numbers) {
    return new SampleRuns(
        Passes.run(routine), false, buffers, Arrays.stream(numbers).boxed().toList());
  }

  @Override
  public String toString() {
    return routine.name() + numbers;
  }

  /// The bytes of all buffers after the interpreter.
  byte[] interpreted() {
    return after(memory -> new Interpreter(memory)::run);
  }

  /// The bytes of all buffers after a kernel.
  byte[] after(Kernel kernel) {
    return after(_ -> (_, arguments) -> DrawnKernels.run(kernel, arguments));
  }

  private interface Runner {
    void run(Routine routine, long... arguments);
  }

  private byte[] after(Function<List<MemorySegment>, Runner> runner) {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment whole = arena.allocate(1 << 16, 64);
      List<MemorySegment> memory = place(whole);
      runner.apply(memory).run(routine, arguments(memory));
      return whole.toArray(ValueLayout.JAVA_BYTE);
    }
  }

  /// Buffers in a larger one, which is filled with numbers of moderate size.
  List<MemorySegment> place(MemorySegment whole) {
    Random random = new Random(1);
    for (long i = 0; i < whole.byteSize() / Float.BYTES; i++) {
      float number = random.nextFloat(-3, 3);
      if (halves) {
        short half = Float.floatToFloat16(number);
        whole.setAtIndex(ValueLayout.JAVA_INT, i, half << 16 | half & 0xffff);
      } else {
        whole.setAtIndex(ValueLayout.JAVA_FLOAT, i, number);
      }
    }
    List<MemorySegment> memory = new ArrayList<>();
    long offset = 64;
    for (int bytes : buffers) {
      memory.add(whole.asSlice(offset, bytes));
      offset += bytes + 64;
    }
    return memory;
  }

  long[] arguments(List<MemorySegment> memory) {
    return Stream.concat(memory.stream().map(MemorySegment::address), numbers.stream())
        .mapToLong(each -> each)
        .toArray();
  }
}
