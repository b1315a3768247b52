package dev.merapi.kernels.bytecode;

import dev.merapi.kernels.ir.Instruction;
import dev.merapi.kernels.ir.Value;

/// Pushes the present lane of values.
interface LaneOperands {
  /// Pushes the number of the present lane.
  void lane();

  /// Pushes the present lane of a vector.
  void vector(Value value);

  /// Pushes the present lane of a mask, 0 or 1.
  void mask(Value value);

  /// Pushes the lane that an instruction, which moves lanes, brings to a given place.
  void through(Instruction crossing, Runnable index);
}
