package dev.merapi.kernels.loop;

import dev.merapi.graph.DType;
import dev.merapi.graph.ScalarPrimitive;
import java.util.List;

/// An instruction of scalar mathematics, in basic primitives only. It defines the value of its
/// number.
sealed interface ScalarOp {
  int id();

  DType type();

  /// A constant by its 32 bits.
  record Constant(int id, DType type, int bits) implements ScalarOp {}

  /// A basic primitive applied to values of smaller numbers.
  record Apply(int id, DType type, ScalarPrimitive primitive, List<Integer> operands)
      implements ScalarOp {
    public Apply {
      operands = List.copyOf(operands);
    }
  }
}
