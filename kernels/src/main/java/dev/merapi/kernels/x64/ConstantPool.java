package dev.merapi.kernels.x64;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;

/// The constants behind the code, each once, the largest first: so each lies at a multiple of its
/// own size without gaps.
final class ConstantPool {
  private final Map<ByteBuffer, Label> labels = new LinkedHashMap<>();

  /// @param bytes a power of two, at most 64
  /// @param fresh makes a label for constants that are new
  Label label(byte[] bytes, Supplier<Label> fresh) {
    if (Integer.bitCount(bytes.length) != 1 || bytes.length > Code.ALIGNMENT) {
      throw new IllegalArgumentException("constant: bytes=" + bytes.length);
    }
    return labels.computeIfAbsent(ByteBuffer.wrap(bytes.clone()), _ -> fresh.get());
  }

  boolean isEmpty() {
    return labels.isEmpty();
  }

  /// Writes the constants where the code ends, at a multiple of [Code#ALIGNMENT].
  void write(CodeBuffer code) {
    List<Map.Entry<ByteBuffer, Label>> entries = new ArrayList<>(labels.entrySet());
    entries.sort((a, b) -> Integer.compare(b.getKey().capacity(), a.getKey().capacity()));
    for (var entry : entries) {
      entry.getValue().bind(code.size());
      code.put(entry.getKey().array());
    }
  }
}
