package dev.merapi.tests;

import static dev.merapi.Model.input;
import static dev.merapi.graph.TensorType.f32;
import static dev.merapi.nn.Layers.lambda;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.merapi.CompileOptions;
import dev.merapi.CompiledModel;
import dev.merapi.MerapiException;
import dev.merapi.MerapiException.Kind;
import dev.merapi.Model;
import dev.merapi.RandomKey;
import dev.merapi.Session;
import dev.merapi.Tensor;
import dev.merapi.graph.Custom;
import dev.merapi.graph.TensorType;
import dev.merapi.graph.Vjp;
import dev.merapi.nn.Sequential;
import java.util.AbstractList;
import java.util.List;
import java.util.function.IntFunction;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// What a user's operation returns is used as it was checked.
class CustomOperationsTest {
  private static final int SIZE = 64;

  /// The identity by its type, with results of any sort.
  private record Returning(IntFunction<List<double[]>> results) implements Custom {
    @Override
    public List<TensorType> infer(List<TensorType> operands) {
      return operands;
    }

    @Override
    public List<double[]> evaluate(List<double[]> operands, List<TensorType> operandTypes) {
      return results.apply(operands.getFirst().length);
    }

    @Override
    public void vjp(Vjp context) {}

    @Override
    public String name() {
      return "returning";
    }
  }

  /// A list whose element is made when it is asked for: right at first, far too long from then on.
  private static List<double[]> growing(int length) {
    return new AbstractList<>() {
      private int asked;

      @Override
      public double[] get(int index) {
        asked++;
        return new double[asked == 1 ? length : 50_000_000];
      }

      @Override
      public int size() {
        return 1;
      }
    };
  }

  private static float[] run(String backend, IntFunction<List<double[]>> results) {
    var op = new Returning(results);
    var net =
        Sequential.of(
            lambda("own", x -> Tensor.build((builder, xs) -> builder.add(op, xs).result(), x)));
    Model model = Model.of(net, input("x", f32(SIZE)), RandomKey.of(1));
    try (CompiledModel compiled = model.compile(CompileOptions.on(backend));
        Session session = compiled.newSession()) {
      session.run();
      return session.output(Model.OUTPUT).toFloats();
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"cpu", "reference"})
  void eachResultIsAskedForOnce(String backend) {
    assertArrayEquals(new float[SIZE], run(backend, CustomOperationsTest::growing));
  }

  @ParameterizedTest
  @ValueSource(strings = {"cpu", "reference"})
  void otherResultsThanInferredAreRefused(String backend) {
    List<IntFunction<List<double[]>>> wrong =
        List.of(
            length -> List.of(new double[length + 1]),
            length -> List.of(new double[length - 1]),
            length -> List.of(new double[length], new double[length]),
            _ -> List.of());
    for (IntFunction<List<double[]>> results : wrong) {
      var error = assertThrows(MerapiException.class, () -> run(backend, results));
      assertEquals(Kind.SHAPE, error.kind(), error.getMessage());
      assertTrue(error.getMessage().contains("returning"), error.getMessage());
    }
  }
}
