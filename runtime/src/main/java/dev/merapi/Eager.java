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
/// interpreter. Results are rounded to `f32` after each operation.
final class Eager {
  private Eager() {}

  static Tensor evaluate(Tensor.Step step, List<Tensor> operands) {
    var builder = new GraphBuilder("eager");
    var values = operands.stream().map(each -> builder.constant(literal(each))).toList();
    Value result = step.build(builder, values);
    builder.output("result", result);
    Graph graph = builder.build();
    double[] data = Interpreter.run(graph, Map.of()).output("result");
    return Tensor.of(literal(result.type(), data));
  }

  private static Literal literal(Tensor tensor) {
    return switch (tensor.content()) {
      case Tensor.Known(Literal literal) -> literal;
      case Tensor.Traced _ -> throw new IllegalStateException("a traced tensor has no value");
    };
  }

  private static Literal literal(TensorType type, double[] data) {
    int[] bits = new int[data.length];
    for (int i = 0; i < data.length; i++) {
      bits[i] =
          type.dtype() == DType.F32 ? Float.floatToRawIntBits((float) data[i]) : (int) data[i];
    }
    return Literal.ofBits(type, bits);
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
