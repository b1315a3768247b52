package dev.merapi.reference;

import dev.merapi.MerapiException;
import dev.merapi.MerapiException.Kind;
import dev.merapi.graph.DType;
import dev.merapi.graph.Literal;
import dev.merapi.graph.Source;
import dev.merapi.graph.Source.Constant;
import dev.merapi.graph.Source.Input;
import dev.merapi.graph.Source.Iota;
import dev.merapi.graph.Source.Parameter;
import dev.merapi.graph.Source.RandomBits;
import dev.merapi.graph.TensorType;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

/// What the operations of [Source] give.
final class Sources {
  private Sources() {}

  static double[] evaluate(Source op, List<Elements> operands, Map<String, double[]> bindings) {
    return switch (op) {
      case Input(String label, TensorType type) -> bound("input", label, type, bindings);
      case Parameter(String label, TensorType type, _) -> bound("parameter", label, type, bindings);
      case Constant(Literal literal) -> constant(literal);
      case RandomBits random ->
          RandomWords.evaluate(random, operands.getFirst().data(), operands.getLast().data());
      case Iota(TensorType type, int axis) -> iota(type, axis);
    };
  }

  private static double[] bound(
      String what, String label, TensorType type, Map<String, double[]> bindings) {
    double[] data = bindings.get(label);
    if (data == null) {
      throw MerapiException.of(Kind.ARGUMENT, what + ": nothing is bound to it")
          .with("name", label)
          .with("bound", bindings.keySet());
    }
    if (data.length != type.shape().elements()) {
      throw MerapiException.of(Kind.SHAPE, what + ": number of elements differs from its type")
          .with("name", label)
          .with("type", type)
          .with("elements", data.length);
    }
    if (!Arrays.stream(data).allMatch(element -> isOf(type.dtype(), element))) {
      throw MerapiException.of(Kind.ARGUMENT, what + ": an element is not of its type")
          .with("name", label)
          .with("type", type);
    }
    return data.clone();
  }

  private static boolean isOf(DType type, double element) {
    return switch (type) {
      case F32 -> true;
      case I32 -> element == (int) element;
      case BOOL -> element == 0 || element == 1;
    };
  }

  private static double[] constant(Literal literal) {
    double[] data = new double[Math.toIntExact(literal.type().shape().elements())];
    Arrays.setAll(data, literal::value);
    return data;
  }

  private static double[] iota(TensorType type, int axis) {
    int[] sizes = Indices.sizes(type.shape());
    int[] along = new int[sizes.length];
    along[axis] = 1;
    double[] data = new double[Indices.count(sizes)];
    Indices.forEach(sizes, 0, along, (flat, index) -> data[flat] = index);
    return data;
  }
}
