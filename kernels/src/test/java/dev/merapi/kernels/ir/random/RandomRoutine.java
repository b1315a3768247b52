package dev.merapi.kernels.ir.random;

import dev.merapi.kernels.ir.Routine;
import dev.merapi.kernels.ir.interpret.Interpreter;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SegmentAllocator;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// A drawn routine, its buffers and its arguments.
///
/// @param seed what it was drawn from: [RandomRoutines#draw] of it gives the same again
/// @param block the content of the last buffer, the argument block: words, then one slot for a
///   pointer that the routine writes and reads
public record RandomRoutine(
    long seed,
    Routine routine,
    List<Buffer> buffers,
    List<Argument> block,
    List<Argument> arguments) {
  private static final int GAP = 64;
  private static final byte UNTOUCHED = 0x5a;

  /// A word that the routine is given.
  public sealed interface Argument {
    record Number(long value) implements Argument {}

    /// @param buffer its number; that of the argument block is the number of buffers
    record Pointer(int buffer, int element) implements Argument {}
  }

  /// Memory for one run.
  ///
  /// @param memory each buffer, then the argument block
  /// @param surroundings each of these with the gaps before and behind it
  /// @param arguments what the routine is called with
  public record Placed(
      List<MemorySegment> memory, List<MemorySegment> surroundings, long[] arguments) {}

  /// The same routine in another form.
  public RandomRoutine with(Routine other) {
    return new RandomRoutine(seed, other, buffers, block, arguments);
  }

  /// Fresh memory with the content that the routine starts with.
  public Placed place(SegmentAllocator allocator) {
    var memory = new ArrayList<MemorySegment>();
    var surroundings = new ArrayList<MemorySegment>();
    for (Buffer buffer : buffers) {
      MemorySegment segment =
          allocate(allocator, buffer.shift(), buffer.content().length, surroundings);
      MemorySegment.copy(
          buffer.content(), 0, segment, ValueLayout.JAVA_BYTE, 0, buffer.content().length);
      memory.add(segment);
    }
    long blockBytes = (block.size() + 1L) * Long.BYTES;
    MemorySegment blockSegment = allocate(allocator, 0, blockBytes, surroundings);
    memory.add(blockSegment);
    for (int i = 0; i < block.size(); i++) {
      blockSegment.setAtIndex(ValueLayout.JAVA_LONG, i, word(block.get(i), memory));
    }
    long[] words = arguments.stream().mapToLong(each -> word(each, memory)).toArray();
    return new Placed(memory, surroundings, words);
  }

  private static MemorySegment allocate(
      SegmentAllocator allocator, int shift, long bytes, List<MemorySegment> surroundings) {
    MemorySegment whole = allocator.allocate(GAP + shift + bytes + GAP, 64);
    whole.fill(UNTOUCHED);
    surroundings.add(whole);
    return whole.asSlice(GAP + shift, bytes);
  }

  private long word(Argument argument, List<MemorySegment> memory) {
    return switch (argument) {
      case Argument.Number(long value) -> value;
      case Argument.Pointer(int buffer, int element) ->
          memory.get(buffer).address()
              + (buffer == buffers.size()
                  ? 0
                  : (long) element * buffers.get(buffer).type().bytes());
    };
  }

  /// Interprets the routine over memory.
  public Placed interpret(SegmentAllocator allocator) {
    Placed placed = place(allocator);
    new Interpreter(placed.memory()).run(routine, placed.arguments());
    return placed;
  }

  /// The first difference of what two runs left; empty if they left the same.
  public Optional<String> difference(Placed expected, Placed actual) {
    for (int i = 0; i < buffers.size(); i++) {
      Buffer buffer = buffers.get(i);
      MemorySegment a = expected.memory().get(i);
      MemorySegment b = actual.memory().get(i);
      for (int element = 0; a.mismatch(b) >= 0 && element < buffer.elements(); element++) {
        if (!buffer.same(a, b, element)) {
          return Optional.of(
              "other element: buffer="
                  + i
                  + ", type="
                  + buffer.type()
                  + ", element="
                  + element
                  + (", expected="
                      + hex(a, buffer, element)
                      + ", actual="
                      + hex(b, buffer, element))
                  + (", seed=" + seed));
        }
      }
    }
    for (int i = 0; i <= buffers.size(); i++) {
      MemorySegment whole = actual.surroundings().get(i);
      long start = actual.memory().get(i).address() - whole.address();
      long end = start + actual.memory().get(i).byteSize();
      for (long at = 0; at < whole.byteSize(); at++) {
        boolean isGap = at < start || at >= end;
        if (isGap && whole.get(ValueLayout.JAVA_BYTE, at) != UNTOUCHED) {
          return Optional.of(
              "written outside: buffer=" + i + ", byte=" + (at - start) + ", seed=" + seed);
        }
      }
    }
    return Optional.empty();
  }

  private static String hex(MemorySegment memory, Buffer buffer, int element) {
    var text = new StringBuilder("0x");
    for (int i = buffer.type().bytes() - 1; i >= 0; i--) {
      long at = (long) element * buffer.type().bytes() + i;
      text.append(
          String.format(java.util.Locale.ROOT, "%02x", memory.get(ValueLayout.JAVA_BYTE, at)));
    }
    return text.toString();
  }
}
