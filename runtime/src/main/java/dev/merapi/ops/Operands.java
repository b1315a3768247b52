package dev.merapi.ops;

import dev.merapi.MerapiException;
import dev.merapi.MerapiException.Kind;
import dev.merapi.graph.DType;
import dev.merapi.graph.Value;
import java.util.Arrays;

/// What an operation of the catalogue is applied to.
final class Operands {
  private Operands() {}

  /// The type of all operands, but for the condition of [Elementwise#SELECT].
  ///
  /// @throws MerapiException of kind `SHAPE` if they differ, or are too few or too many
  static DType type(Elementwise operation, Value... operands) {
    if (operands.length != operation.arity()) {
      throw MerapiException.of(Kind.SHAPE, operation.label() + ": wrong number of operands")
          .with("operands", operands.length)
          .with("expected", operation.arity());
    }
    DType type = operands[operands.length - 1].dtype();
    for (int i = operation == Elementwise.SELECT ? 1 : 0; i < operands.length; i++) {
      if (operands[i].dtype() != type) {
        throw MerapiException.of(Kind.SHAPE, operation.label() + ": operand types differ")
            .with("operands", Arrays.stream(operands).map(Value::type).toList())
            .hint("convert with toF32, toI32 or toBool");
      }
    }
    return type;
  }
}
