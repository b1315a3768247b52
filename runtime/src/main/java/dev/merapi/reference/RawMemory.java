package dev.merapi.reference;

import dev.merapi.graph.DType;
import dev.merapi.spi.Buffer;
import dev.merapi.spi.Operand;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.function.ToLongFunction;

/// The buffers of a bound program, as doubles. The caller vouches for the addresses.
record RawMemory(ToLongFunction<Buffer> addresses) {
  private static final MemorySegment ALL = MemorySegment.NULL.reinterpret(Long.MAX_VALUE);

  double read(Buffer buffer, long element) {
    int bits = ALL.get(ValueLayout.JAVA_INT, place(buffer, element));
    return buffer.type().dtype() == DType.F32 ? Float.intBitsToFloat(bits) : bits;
  }

  void write(Buffer buffer, long element, double value) {
    int bits =
        buffer.type().dtype() == DType.F32
            ? Float.floatToRawIntBits((float) value)
            : (int) value;
    ALL.set(ValueLayout.JAVA_INT, place(buffer, element), bits);
  }

  private long place(Buffer buffer, long element) {
    if (element < 0 || element >= buffer.type().shape().elements()) {
      throw new IndexOutOfBoundsException(
          "the program reaches outside " + buffer + ": " + buffer.type() + " at " + element);
    }
    return addresses.applyAsLong(buffer) + element * Integer.BYTES;
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
