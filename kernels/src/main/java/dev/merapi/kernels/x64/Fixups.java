package dev.merapi.kernels.x64;

import java.util.ArrayList;
import java.util.List;

/// Distances of 32 bits whose ends become known later.
final class Fixups {
  /// @param label the end
  /// @param plus bytes behind the label
  /// @param at where the distance stands
  /// @param trailing bytes between it and the end of its instruction, from where it counts
  private record Fixup(Label label, int plus, int at, int trailing) {}

  private final List<Fixup> open = new ArrayList<>();

  void add(Label label, int plus, int at, int trailing) {
    open.add(new Fixup(label, plus, at, trailing));
  }

  /// Writes the distances into the code.
  ///
  /// @throws IllegalStateException if a label was never bound
  void resolve(CodeBuffer code) {
    for (Fixup fixup : open) {
      int from = fixup.at + Integer.BYTES + fixup.trailing;
      code.patch32(fixup.at, fixup.label.position() + fixup.plus - from);
    }
  }
}
