package dev.merapi.spi;

import dev.merapi.graph.Literal;
import java.util.List;
import java.util.Map;

/// What a backend compiles: kernels in order, and where every buffer lies.
///
/// Persistent memory holds parameters and constants and belongs to the model; session memory holds
/// inputs, outputs and temporaries.
///
/// @param regions the kernels, in an order that respects reads and writes
/// @param buffers every buffer used
/// @param constants the data of the buffers in [Buffer.Space#CONSTANT]
/// @param offsets the place of each buffer in bytes within the memory of its space, 64-byte aligned
/// @param persistentBytes the size of persistent memory
/// @param sessionBytes the size of session memory
/// @param parameters whether runs change parameters
public record Program(
    String name,
    List<Region> regions,
    List<Buffer> buffers,
    Map<Buffer, Literal> constants,
    Map<Buffer, Long> offsets,
    long persistentBytes,
    long sessionBytes,
    Parameters parameters) {
  /// Whether a backend may derive data from parameters once, such as packed weights.
  public enum Parameters {
    /// Runs never write them and the host sets them before the first run only.
    FROZEN,
    /// Runs write them, or the host does between runs.
    LIVE
  }

  public Program {
    regions = List.copyOf(regions);
    buffers = List.copyOf(buffers);
    constants = Map.copyOf(constants);
    offsets = Map.copyOf(offsets);
  }

  /// The buffer of an input, output or parameter.
  ///
  /// @throws java.util.NoSuchElementException if there is none
  public Buffer buffer(Buffer.Space space, String label) {
    return buffers.stream()
        .filter(each -> each.space() == space && each.label().equals(label))
        .findFirst()
        .orElseThrow();
  }

  /// The place of a buffer in bytes within the memory of its space.
  public long offset(Buffer buffer) {
    Long offset = offsets.get(buffer);
    if (offset == null) {
      throw new IllegalArgumentException("no buffer of this program: " + buffer);
    }
    return offset;
  }
}
