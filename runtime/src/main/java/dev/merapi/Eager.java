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
import java.util.StringJoiner;
import java.util.stream.IntStream;

/// Carries out operations on tensors that hold their numbers: a graph of constants is handed to the
/// interpreter. Results are rounded to `f32` after each operation.
final class Eager {
  private static final int SHOWN = 16;

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

  static String describe(Literal literal) {
    if (!literal.type().shape().isConstant()) {
      return "Tensor[" + literal + "]";
    }
    long count = literal.type().shape().elements();
    var text = new StringJoiner(", ", "Tensor[" + literal.type() + ": ", "]");
    for (long i = 0; i < Math.min(count, SHOWN); i++) {
      double value = literal.value(i);
      text.add(
          switch (literal.type().dtype()) {
            case F32 -> Float.toString((float) value);
            case I32 -> Integer.toString((int) value);
            case BOOL -> Boolean.toString(value != 0);
          });
    }
    return (count > SHOWN ? text.add("... " + count + " elements") : text).toString();
  }
}
