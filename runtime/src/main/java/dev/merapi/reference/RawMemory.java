package dev.merapi.reference;

import dev.merapi.graph.DType;
import dev.merapi.spi.Addresses;
import dev.merapi.spi.Buffer;
import dev.merapi.spi.Operand;
import dev.merapi.spi.Program;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.HashMap;
import java.util.Map;

/// The buffers of a bound program, as doubles. The caller vouches for the addresses; that the
/// program stays within its buffers is checked.
final class RawMemory {
  private final Map<Buffer, MemorySegment> segments = new HashMap<>();

  RawMemory(Program program, Addresses addresses) {
    for (Buffer buffer : program.buffers()) {
      var start = MemorySegment.ofAddress(addresses.of(program, buffer));
      segments.put(buffer, start.reinterpret(buffer.bytes()));
    }
  }

  private MemorySegment segment(Buffer buffer) {
    MemorySegment segment = segments.get(buffer);
    if (segment == null) {
      throw new IllegalStateException("no buffer of this program: " + buffer);
    }
    return segment;
  }

  double read(Buffer buffer, long element) {
    int bits = segment(buffer).getAtIndex(ValueLayout.JAVA_INT, element);
    return buffer.type().dtype() == DType.F32 ? Float.intBitsToFloat(bits) : bits;
  }

  void write(Buffer buffer, long element, double value) {
    int bits =
        buffer.type().dtype() == DType.F32 ? Float.floatToRawIntBits((float) value) : (int) value;
    segment(buffer).setAtIndex(ValueLayout.JAVA_INT, element, bits);
  }

  /// All elements of an operand.
  Elements elements(Operand operand) {
    double[] data = new double[Math.toIntExact(operand.type().shape().elements())];
    for (int i = 0; i < data.length; i++) {
      data[i] = read(operand.buffer(), i);
    }
    return new Elements(operand.type(), data);
  }

  void fill(Operand operand, double[] data) {
    for (int i = 0; i < data.length; i++) {
      write(operand.buffer(), i, data[i]);
    }
  }
}
