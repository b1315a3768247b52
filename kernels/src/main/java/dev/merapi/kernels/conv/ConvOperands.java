package dev.merapi.kernels.conv;

import static dev.merapi.kernels.jit.Memory.ALL;

import dev.merapi.kernels.product.TileEpilogue;
import dev.merapi.kernels.product.TileEpilogue.Operand;
import java.lang.foreign.ValueLayout;
import java.util.List;

/// The operands of an epilogue as the caller of a plan gives them, at the start of the workspace.
///
/// | offset | content (8 bytes each) |
/// |---|---|
/// | 0 | address of the element for the first image, channel and position |
/// | 8 | bytes from one channel to the next, read only for a matrix |
/// | 16 | bytes from one image to the next, 0 to repeat |
public final class ConvOperands {
  private static final int ADDRESS = 0;
  private static final int CHANNEL_STRIDE = 8;
  private static final int IMAGE_STRIDE = 16;
  private static final int BYTES = 24;
  private static final int ALIGNMENT = 64;

  private static final ValueLayout.OfLong LONG = ValueLayout.JAVA_LONG_UNALIGNED;

  private ConvOperands() {}

  /// Says where an operand lies. Done once for a workspace, before its first run.
  ///
  /// @param workspace address of a plan's workspace
  /// @param index the operand's number in the epilogue
  /// @param address of the element for the first image, channel and position
  /// @param channelStride bytes from one channel to the next; any number unless it is a matrix
  /// @param imageStride bytes from one image to the next, 0 to repeat
  public static void bind(
      long workspace, int index, long address, long channelStride, long imageStride) {
    long operand = workspace + (long) index * BYTES;
    ALL.set(LONG, operand + ADDRESS, address);
    ALL.set(LONG, operand + CHANNEL_STRIDE, channelStride);
    ALL.set(LONG, operand + IMAGE_STRIDE, imageStride);
  }

  /// Bytes of the operands of an epilogue in the workspace.
  static long bytes(TileEpilogue epilogue) {
    long bytes = (long) epilogue.operands().size() * BYTES;
    return (bytes + ALIGNMENT - 1) & -ALIGNMENT;
  }

  /// Writes the operands' addresses at a place of the result into the block of a [LineFinish].
  static void place(
      List<Operand> operands, long workspace, long block, long image, int channel, long position) {
    for (int i = 0; i < operands.size(); i++) {
      long operand = workspace + (long) i * BYTES;
      long stride = ALL.get(LONG, operand + CHANNEL_STRIDE);
      long at = ALL.get(LONG, operand + ADDRESS) + image * ALL.get(LONG, operand + IMAGE_STRIDE);
      long within =
          switch (operands.get(i).span()) {
            case ROWS -> (long) channel * Float.BYTES;
            case COLUMNS -> position * Float.BYTES;
            case MATRIX -> channel * stride + position * Float.BYTES;
          };
      ALL.set(LONG, block + LineFinish.operand(i), at + within);
      ALL.set(LONG, block + LineFinish.operand(i) + Long.BYTES, stride);
    }
  }
}
