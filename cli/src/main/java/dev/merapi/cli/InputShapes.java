package dev.merapi.cli;

import dev.merapi.MerapiException;
import dev.merapi.MerapiException.Kind;
import dev.merapi.Tensor;
import dev.merapi.graph.Shape;
import dev.merapi.graph.TensorType;
import java.util.LinkedHashMap;
import java.util.Map;

/// Compares what files hold with what a model takes.
final class InputShapes {
  private InputShapes() {}

  /// Whether a tensor could be an input of that type; named sizes stand for any.
  static boolean fits(TensorType type, Tensor tensor) {
    boolean fits = type.dtype() == tensor.dtype() && type.rank() == tensor.rank();
    for (int axis = 0; fits && axis < type.rank(); axis++) {
      var wanted = type.shape().dim(axis);
      fits = !wanted.isConstant() || wanted.equals(tensor.shape().dim(axis));
    }
    return fits;
  }

  /// The numbers of the named sizes.
  ///
  /// @throws MerapiException of kind `SHAPE` if inputs contradict each other
  static Map<String, Long> sizes(Map<String, TensorType> types, Map<String, Tensor> data) {
    var sizes = new LinkedHashMap<String, Long>();
    data.forEach((input, tensor) -> {
      Shape wanted = type(types, input).shape();
      for (int axis = 0; axis < wanted.rank(); axis++) {
        if (Sizes.isName(wanted, axis)) {
          String name = wanted.dim(axis).toString();
          long size = tensor.shape().size(axis);
          Long other = sizes.putIfAbsent(name, size);
          if (other != null && other != size) {
            throw MerapiException.of(Kind.SHAPE, "input: sizes of one name differ")
                .with("input", input)
                .with(name, size)
                .with("elsewhere", other);
          }
        }
      }
    });
    data.forEach((input, tensor) -> {
      TensorType bound = type(types, input).bind(sizes);
      if (!bound.equals(tensor.type())) {
        throw mismatch(input, bound, tensor.type());
      }
    });
    return sizes;
  }

  static MerapiException mismatch(String input, TensorType wanted, TensorType found) {
    return MerapiException.of(Kind.SHAPE, "input: the file holds something else")
        .with("input", input)
        .with("expected", wanted)
        .with("found", found);
  }

  private static TensorType type(Map<String, TensorType> types, String input) {
    TensorType type = types.get(input);
    if (type == null) {
      throw new IllegalStateException("no input " + input);
    }
    return type;
  }
}
