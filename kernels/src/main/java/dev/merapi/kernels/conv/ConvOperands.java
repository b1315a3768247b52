package dev.merapi.kernels.conv;

import static dev.merapi.kernels.emit.Memory.ALL;

import dev.merapi.kernels.gemm.Epilogue;
import java.lang.foreign.ValueLayout;

/// The operands of an epilogue as the caller of a plan gives them: [#BYTES] bytes each.
///
/// | offset | content (8 bytes each) |
/// |---|---|
/// | 0 | address of the element for the first image, channel and position |
/// | 8 | bytes from one channel to the next, read only for a matrix |
/// | 16 | bytes from one image to the next, 0 to repeat |
public final class ConvOperands {
  public static final int ADDRESS = 0;
  public static final int CHANNEL_STRIDE = 8;
  public static final int IMAGE_STRIDE = 16;
  public static final int BYTES = 24;

  private static final ValueLayout.OfLong LONG = ValueLayout.JAVA_LONG_UNALIGNED;

  private ConvOperands() {}

  /// Writes the operands' addresses at a place of the result into the block of a [LineFinish].
  static void place(
      Epilogue epilogue, long operands, long block, long image, int channel, long position) {
    for (int i = 0; i < epilogue.operands().size(); i++) {
      long operand = operands + (long) i * BYTES;
      long stride = ALL.get(LONG, operand + CHANNEL_STRIDE);
      long at = ALL.get(LONG, operand + ADDRESS) + image * ALL.get(LONG, operand + IMAGE_STRIDE);
      long within =
          switch (epilogue.operands().get(i).span()) {
            case ROWS -> (long) channel * Float.BYTES;
            case COLUMNS -> position * Float.BYTES;
            case MATRIX -> channel * stride + position * Float.BYTES;
          };
      ALL.set(LONG, block + LineFinish.operand(i), at + within);
      ALL.set(LONG, block + LineFinish.operand(i) + Long.BYTES, stride);
    }
  }
}
