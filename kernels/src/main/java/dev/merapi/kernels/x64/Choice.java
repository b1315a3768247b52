package dev.merapi.kernels.x64;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/// The form by which an instruction is encoded.
///
/// @param length of the form's
record Choice(Form form, int length) {
  /// The first form that takes the operands.
  ///
  /// @param operands of which a masked one is given by its destination
  /// @param available features, as [Feature#mask]
  /// @param position where the instruction will stand, from which jumps are measured
  /// @throws IllegalArgumentException if there is none, or if the size of a memory operand is open
  static Choice of(
      Instruction instruction,
      Operand[] operands,
      @Nullable Masked masked,
      int available,
      int position) {
    for (Form form : instruction.forms()) {
      if (isTooFar(form, operands, position)) {
        continue;
      }
      int length = form.match(operands, masked, available);
      if (length != Form.NONE) {
        if (form.leavesSizeOpen(operands)) {
          throw refused("the memory operand needs a size", instruction, operands, masked);
        }
        return new Choice(form, length);
      }
    }
    String features = "no such form for these features: " + Feature.ofMask(available);
    throw refused(features, instruction, operands, masked);
  }

  /// Whether a jump of 8 bits is too short. Where a jump leads forward is not known yet, so that it
  /// always has 32.
  private static boolean isTooFar(Form form, Operand[] operands, int position) {
    return operands.length == 1
        && operands[0] instanceof Label label
        && form.isShortJump()
        && (!label.isBound() || label.position() - (position + 2) < Byte.MIN_VALUE);
  }

  /// The bits of the memory operand, all copies together where it is broadcast.
  int memoryBits() {
    return form.memorySlot().memoryBits(length);
  }

  /// What the processor must have, as [Feature#mask].
  int features() {
    return form.features() | form.lengthFeatures(length);
  }

  private static IllegalArgumentException refused(
      String why, Instruction instruction, Operand[] operands, @Nullable Masked masked) {
    return new IllegalArgumentException(
        why
            + ": instruction="
            + instruction.mnemonic()
            + ", operands="
            + Arrays.toString(operands)
            + (masked == null ? "" : ", mask=" + masked.suffix()));
  }
}
