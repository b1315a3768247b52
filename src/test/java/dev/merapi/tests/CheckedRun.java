package dev.merapi.tests;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.merapi.CompileOptions;
import dev.merapi.CompiledModel;
import dev.merapi.MerapiException;
import dev.merapi.Model;
import dev.merapi.Session;
import dev.merapi.graph.Graph;
import dev.merapi.graph.GraphPrinter;
import dev.merapi.graph.Value;
import dev.merapi.graph.ValueMap;
import dev.merapi.memory.HostTensor;
import dev.merapi.reference.Interpreter;
import java.util.HashMap;
import java.util.Map;
import java.util.Random;
import java.util.regex.Pattern;
import java.util.stream.IntStream;

/// Compiles a model that nobody vouches for on the CPU, runs it on numbers of its own, and compares
/// the outputs with those of the interpreter.
final class CheckedRun {

  /// What a run may take.
  record Limits(long memory, long operations) {
    /// So little that thousands of runs do not take long.
    static final Limits SMALL = new Limits(8 << 20, 1_000_000);
  }

  private static final double TOLERANCE = 1e-3;
  private static final double LARGEST = 1e8;

  /// Elements of a value that the interpreter can be asked for; it computes those that nobody reads
  /// as well.
  private static final double MOST_ELEMENTS = 1 << 21;

  /// What makes a large difference of a small one, so that single and double precision may part.
  private static final Pattern SENSITIVE =
      Pattern.compile(
          "(div|pow|log|log1p|floor|ceil|round|lt|le|eq|to_i32|to_bool|bits|from_bits|rem)\\("
              + "|argfold|windowgrad|#");

  private CheckedRun() {}

  /// Runs it.
  ///
  /// @return whether the outputs were compared
  /// @throws MerapiException if the model is refused
  static boolean of(Model model, Random random, int threads, Limits limits) {
    var sizes = new HashMap<String, Long>();
    model.graph().symbols().forEach(symbol -> sizes.put(symbol, 2L));
    var options =
        CompileOptions.cpu()
            .threads(threads)
            .maxMemory(limits.memory)
            .maxOperations(limits.operations);
    for (var size : sizes.entrySet()) {
      options = options.size(size.getKey(), size.getValue());
    }
    try (CompiledModel compiled = model.compile(options);
        Session session = compiled.newSession()) {
      var bindings = new HashMap<String, double[]>();
      model.parameters().forEach((name, tensor) -> bindings.put(name, numbers(tensor)));
      session
          .inputs()
          .forEach((name, input) -> {
            fill(input, random);
            bindings.put(name, numbers(input));
          });
      session.run();
      return compared(model.graph().bind(sizes), bindings, session.outputs());
    }
  }

  private static void fill(HostTensor input, Random random) {
    int count = (int) input.elements();
    switch (input.type().dtype()) {
      case F32 -> {
        float[] values = new float[count];
        for (int i = 0; i < count; i++) {
          values[i] = random.nextInt(-8, 9) / 4f;
        }
        input.copyFrom(values);
      }
      case I32 -> input.copyFrom(IntStream.range(0, count).map(_ -> random.nextInt(4)).toArray());
      case BOOL -> {
        boolean[] values = new boolean[count];
        for (int i = 0; i < count; i++) {
          values[i] = random.nextBoolean();
        }
        input.copyFrom(values);
      }
    }
  }

  private static double[] numbers(HostTensor tensor) {
    double[] values = new double[(int) tensor.elements()];
    for (int i = 0; i < values.length; i++) {
      values[i] = tensor.type().dtype().isFloat() ? tensor.getFloat(i) : tensor.getInt(i);
    }
    return values;
  }

  private static boolean compared(
      Graph graph, Map<String, double[]> bindings, Map<String, HostTensor> outputs) {
    if (graph.nodes().stream()
        .flatMap(node -> node.results().stream())
        .anyMatch(value -> value.shape().elements() > MOST_ELEMENTS)) {
      return false;
    }
    ValueMap<double[]> values;
    try {
      values = Interpreter.values(graph, bindings);
    } catch (MerapiException _) {
      return false; // more elements than it counts
    }
    double scale = 1;
    for (var node : graph.nodes()) {
      for (Value value : node.results()) {
        for (double element : values.get(value)) {
          scale = Math.max(scale, Math.abs(element)); // NaN stays
        }
      }
    }
    if (!(scale <= LARGEST) || SENSITIVE.matcher(GraphPrinter.print(graph)).find()) {
      return false;
    }
    for (Graph.Output output : graph.outputs()) {
      double[] expected = values.get(output.value());
      double[] actual = numbers(outputs.get(output.label()));
      if (output.value().dtype().isFloat()) {
        assertEquals(expected.length, actual.length);
        for (int i = 0; i < expected.length; i++) {
          boolean close = Math.abs(expected[i] - actual[i]) <= TOLERANCE * scale;
          assertTrue(close, output.label() + "[" + i + "] " + expected[i] + " " + actual[i]);
        }
      } else {
        assertArrayEquals(expected, actual, output.label());
      }
    }
    return true;
  }
}
