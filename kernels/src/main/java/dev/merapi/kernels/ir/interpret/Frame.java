package dev.merapi.kernels.ir.interpret;

import dev.merapi.kernels.ir.Routine;
import dev.merapi.kernels.ir.Value;
import java.lang.foreign.MemorySegment;
import org.jspecify.annotations.Nullable;

/// The values of one run of a routine.
///
/// A word or mask is a `long`; a pointer has the buffer that it points into besides. A vector is a
/// `long` for each lane: its bits, those of a 4-byte lane with their sign extended.
final class Frame {
  private final long[] words;
  private final long[][] vectors;
  private final @Nullable MemorySegment[] buffers;

  Frame(Routine routine) {
    words = new long[routine.values()];
    vectors = new long[routine.values()][];
    buffers = new MemorySegment[routine.values()];
  }

  long word(Value value) {
    return words[value.id()];
  }

  void word(Value value, long word) {
    words[value.id()] = word;
  }

  void condition(Value value, boolean holds) {
    word(value, holds ? 1 : 0);
  }

  /// The lanes, not to be written.
  long[] lanes(Value value) {
    return vectors[value.id()];
  }

  void lanes(Value value, long[] lanes) {
    vectors[value.id()] = lanes;
  }

  /// Whether a lane of a mask is on. Without a mask all are.
  boolean isOn(@Nullable Value mask, int lane) {
    return mask == null || (words[mask.id()] >>> lane & 1) != 0;
  }

  /// The buffer that a pointer points into; null for none.
  @Nullable MemorySegment buffer(Value pointer) {
    return buffers[pointer.id()];
  }

  void pointer(Value value, long address, @Nullable MemorySegment buffer) {
    word(value, address);
    buffers[value.id()] = buffer;
  }

  /// What a value is, whatever its type, to be given to another.
  record Content(long word, long @Nullable [] lanes, @Nullable MemorySegment buffer) {}

  Content content(Value value) {
    return new Content(words[value.id()], vectors[value.id()], buffers[value.id()]);
  }

  void content(Value value, Content content) {
    words[value.id()] = content.word;
    if (content.lanes != null) {
      vectors[value.id()] = content.lanes;
    }
    buffers[value.id()] = content.buffer;
  }
}
