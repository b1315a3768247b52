package dev.merapi;

import dev.merapi.MerapiException.Kind;
import dev.merapi.Tensor.Step;
import dev.merapi.graph.DType;
import dev.merapi.graph.Literal;
import dev.merapi.graph.TensorText;
import dev.merapi.graph.TensorType;
import dev.merapi.graph.Value;
import java.util.List;

/// What a tensor is made of.
sealed interface TensorContent {
  /// A value of a graph that is being recorded.
  record Traced(Trace trace, Value value) implements TensorContent {}

  /// Numbers.
  record Known(Literal literal) implements TensorContent {}

  /// An operation on tensors of which none is traced, and with sizes that have no numbers: it is
  /// added to each trace that it meets.
  record Deferred(TensorType type, Step step, List<Tensor> operands) implements TensorContent {}

  /// Element type and sizes.
  default TensorType type() {
    return switch (this) {
      case Traced(_, Value value) -> value.type();
      case Known(Literal literal) -> literal.type();
      case Deferred(TensorType type, _, _) -> type;
    };
  }

  /// The numbers.
  ///
  /// @throws MerapiException of kind `TRACE` while the model is traced, `UNBOUND_SIZE` if sizes
  ///   have no numbers, `SHAPE` if they are of another type
  default Literal known(DType wanted) {
    return switch (this) {
      case Known(Literal literal) when !literal.type().shape().isConstant() -> throw unbound();
      case Known(Literal literal) when literal.type().dtype() == wanted -> literal;
      case Known(Literal literal) ->
          throw MerapiException.of(Kind.SHAPE, "tensor: element types differ")
              .with("type", literal.type())
              .with("wanted", wanted)
              .hint("convert with toF32 or toI32");
      case Deferred _ -> throw unbound();
      case Traced(Trace trace, Value value) ->
          throw MerapiException.of(Kind.TRACE, "a tensor has no value while the model is traced")
              .with("tensor", value.type())
              .at(trace.builder().path())
              .hint(
                  "choose between values with Tensor.where(condition, yes, no); Java's own if and"
                      + " for may follow sizes and settings, not values; read results from a"
                      + " Session's output(name)");
    };
  }

  private MerapiException unbound() {
    return MerapiException.of(Kind.UNBOUND_SIZE, "a tensor without numbers for its sizes")
        .with("tensor", type())
        .hint("give numbers for the sizes, or read what a model computes of it from a Session");
  }

  /// The numbers as PyTorch prints them, or the type alone where there are none yet.
  default String text() {
    return switch (this) {
      case Known(Literal literal) when literal.type().shape().isConstant() ->
          TensorText.of(literal.type(), literal::value);
      case Known(Literal literal) -> "Tensor[" + literal + "]";
      case Traced _, Deferred _ -> "Tensor[" + type() + "]";
    };
  }
}
