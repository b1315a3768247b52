package dev.merapi.spi;

/// Memory that a backend derives once from a frozen parameter or a constant, such as packed
/// weights.
///
/// It belongs to the model: plans of different sizes that want equal layouts of the same source
/// share it.
///
/// @param source the parameter or constant
/// @param layout equal, by `equals`, for those that hold the same bytes for the same source
/// @param bytes its size
public record Packed(Buffer source, Object layout, long bytes, Packer packer) {
  /// Writes packed memory.
  @FunctionalInterface
  public interface Packer {
    /// @param source address of the source's first byte
    /// @param packed address of the packed memory, 64-byte aligned
    void pack(long source, long packed);
  }
}
