package dev.merapi.kernels.machine.lower;

import dev.merapi.kernels.x64.Label;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// A place among the steps to which is jumped.
final class Mark {
  /// What is needed there: for [Liveness].
  long @Nullable [] live;

  /// Of a loop: the registers that its turns hand on, the counter too.
  final List<Reg> carried = new ArrayList<>();

  /// Of a loop: the number of the step that jumps back.
  int end;

  /// In the code.
  @Nullable Label label;

  /// Of a loop: whether it contains no other.
  boolean isInnermost = true;
}
