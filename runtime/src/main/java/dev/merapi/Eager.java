package dev.merapi;

import dev.merapi.graph.DType;
import dev.merapi.graph.Graph;
import dev.merapi.graph.GraphBuilder;
import dev.merapi.graph.Literal;
import dev.merapi.graph.TensorType;
import dev.merapi.graph.Value;
import dev.merapi.reference.Interpreter;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/// Carries out operations on tensors that hold their numbers: a graph of constants is handed to the
/// interpreter. Results are rounded to `f32` after each operation. Where sizes are not bound,
/// operations wait for a trace.
final class Eager {
  private Eager() {}

  static Tensor evaluate(Tensor.Step step, List<Tensor> operands) {
    var builder = new GraphBuilder("eager");
    var values = operands.stream().map(each -> value(builder, each)).toList();
    Value result = step.build(builder, values);
    builder.output("result", result);
    Graph graph = builder.build();
    if (!graph.symbols().isEmpty() || !graph.inputs().isEmpty()) {
      return new Tensor(new TensorContent.Deferred(result.type(), step, operands));
    }
    double[] data = Interpreter.run(graph, Map.of()).output("result");
    return Tensor.of(literal(result.type(), data));
  }

  /// What waits has a type but no numbers: an input stands for it.
  private static Value value(GraphBuilder builder, Tensor tensor) {
    return switch (tensor.content()) {
      case TensorContent.Known(Literal literal) -> builder.constant(literal);
      case TensorContent.Deferred deferred ->
          builder.input("deferred" + builder.nodes().size(), deferred.type());
      case TensorContent.Traced _ ->
          throw new IllegalStateException("a traced tensor has no value");
    };
  }

  /// Equal elements are kept as one: a constant in a file is not as large as its shape.
  private static Literal literal(TensorType type, double[] data) {
    int[] bits = new int[data.length];
    for (int i = 0; i < data.length; i++) {
      bits[i] =
          type.dtype() == DType.F32 ? Float.floatToRawIntBits((float) data[i]) : (int) data[i];
    }
    boolean equal = bits.length > 1 && IntStream.of(bits).allMatch(each -> each == bits[0]);
    return equal ? Literal.ofBits(type, bits[0]) : Literal.ofBits(type, bits);
  }

  static float[] floats(Literal literal) {
    float[] values = new float[Math.toIntExact(literal.type().shape().elements())];
    for (int i = 0; i < values.length; i++) {
      values[i] = Float.intBitsToFloat(literal.bits(i));
    }
    return values;
  }

  static int[] ints(Literal literal) {
    return IntStream.range(0, Math.toIntExact(literal.type().shape().elements()))
        .map(literal::bits)
        .toArray();
  }
}
