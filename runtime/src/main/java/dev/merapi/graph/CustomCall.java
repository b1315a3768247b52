package dev.merapi.graph;

import dev.merapi.MerapiException;
import dev.merapi.MerapiException.Kind;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// A user's operation with the types it was compiled for: what its reference returns is believed
/// only after it was checked against them.
///
/// @param place the place in the model, for messages
/// @param operands types of the operands, all sizes constant
/// @param results types of the results, all sizes constant
public record CustomCall(
    Custom op, String place, List<TensorType> operands, List<TensorType> results) {
  /// @throws MerapiException of kind `SHAPE` if an array cannot hold a value
  public CustomCall {
    operands = List.copyOf(operands);
    results = List.copyOf(results);
    for (TensorType type : Stream.concat(operands.stream(), results.stream()).toList()) {
      if (type.shape().elements() > Integer.MAX_VALUE) {
        throw MerapiException.of(Kind.SHAPE, op.name() + ": more elements than an array holds")
            .with("type", type)
            .at(place);
      }
    }
  }

  /// The results as arrays that nobody else changes: each element of the list is asked for once.
  ///
  /// @param data the elements of each operand, row-major; the operation may change them
  /// @throws MerapiException of kind `SHAPE` if the reference gives others than [Op#infer] said
  public List<double[]> evaluate(List<double[]> data) {
    @Nullable List<double[]> given = op.evaluate(data, operands);
    if (given == null || given.size() != results.size()) {
      throw misfit().with("results", given == null ? "null" : given.size());
    }
    var taken = new ArrayList<double[]>();
    for (int i = 0; i < results.size(); i++) {
      double @Nullable [] elements = given.get(i);
      long want = results.get(i).shape().elements();
      if (elements == null || elements.length != want) {
        throw misfit()
            .with("result", i)
            .with("elements", elements == null ? "null" : elements.length)
            .with("expected", want);
      }
      taken.add(taken(results.get(i).dtype(), elements));
    }
    return taken;
  }

  private static double[] taken(DType dtype, double[] elements) {
    double[] copy = elements.clone();
    for (int i = 0; dtype == DType.BOOL && i < copy.length; i++) {
      copy[i] = copy[i] != 0 ? 1 : 0;
    }
    return copy;
  }

  private MerapiException misfit() {
    return MerapiException.of(Kind.SHAPE, op.name() + ": evaluate() and infer() differ")
        .with("types", results)
        .at(place);
  }
}
