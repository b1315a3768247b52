package dev.merapi;

import dev.merapi.MerapiException.Kind;
import dev.merapi.graph.DType;
import dev.merapi.graph.Literal;
import dev.merapi.graph.ScalarFn;
import dev.merapi.graph.TensorType;
import dev.merapi.ops.Elementwise;
import java.util.List;

/// What tensors do with numbers and types of numbers.
final class TensorNumbers {
  private TensorNumbers() {}

  /// A tensor in a type, by the conversion to it.
  static Tensor as(DType type, Tensor x, Elementwise conversion) {
    return x.dtype() == type ? x : x.map(conversion);
  }

  /// An operation with a constant as second operand, which becomes part of the scalar function.
  static Tensor with(Tensor x, Elementwise operation, double constant) {
    check(x.type(), constant);
    DType type = x.dtype();
    ScalarFn second = type == DType.I32 ? ScalarFn.i32((int) constant) : ScalarFn.f32(constant);
    return x.map(operation.body(type).compose(List.of(ScalarFn.arg(0, type), second)));
  }

  /// @throws MerapiException of kind `SHAPE` if the type is `i32` and the number is none
  static void check(TensorType type, double number) {
    if (type.dtype() == DType.I32 && number != (int) number) {
      throw MerapiException.of(Kind.SHAPE, "tensor: not an i32 number")
          .with("type", type)
          .with("number", number)
          .hint("convert with toF32");
    }
  }

  /// @throws MerapiException of kind `SHAPE` unless there is one element
  static double only(Literal literal) {
    if (literal.type().shape().elements() != 1) {
      throw MerapiException.of(Kind.SHAPE, "item: not one element").with("type", literal.type());
    }
    return literal.value(0);
  }
}
