package dev.merapi.autodiff;

import dev.merapi.graph.DType;
import dev.merapi.graph.Graph;
import dev.merapi.graph.GraphBuilder;
import dev.merapi.graph.Monoid;
import dev.merapi.graph.ScalarFn;
import dev.merapi.graph.Value;
import dev.merapi.reference.Interpreter;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.stream.IntStream;

/// A graph made into one number, `sum(weight * output)` over its float outputs, with gradients by
/// its float inputs: what differences and identities are checked on.
///
/// @param graph has the outputs `loss` and `d.` with each float input's label
/// @param bindings the elements at which it is probed, weights included
/// @param inputs the labels of the float inputs, those of the probed graph
record Probe(Graph graph, Map<String, double[]> bindings, List<String> inputs) {
  static Probe of(Graph graph, Map<String, double[]> bindings, Random random) {
    var builder = GraphBuilder.continuing(graph);
    var all = new HashMap<>(bindings);
    var inputs = new ArrayList<String>();
    var wanted = new ArrayList<Value>();
    graph
        .inputs()
        .forEach((label, value) -> {
          if (value.dtype() == DType.F32) {
            inputs.add(label);
            wanted.add(value);
          }
        });
    Value loss = builder.constant(0);
    for (Graph.Output output : graph.outputs()) {
      Value value = output.value();
      if (value.dtype() == DType.F32) {
        String label = "weight." + output.label();
        all.put(label, uniform(random, Math.toIntExact(value.shape().elements())));
        Value weight = builder.input(label, value.type());
        Value product = builder.map(ScalarFn.arg(0).times(ScalarFn.arg(1)), value, weight);
        var axes = IntStream.range(0, value.type().rank()).boxed().toList();
        Value sum = builder.fold(Monoid.SUM, product, axes);
        loss = builder.map(ScalarFn.arg(0).plus(ScalarFn.arg(1)), loss, sum);
      }
    }
    List<Value> gradients = Differentiate.gradients(builder, loss, wanted);
    return new Probe(withOutputs(builder.build(), loss, inputs, gradients), all, inputs);
  }

  private static Graph withOutputs(
      Graph graph, Value loss, List<String> inputs, List<Value> gradients) {
    var outputs = new ArrayList<Graph.Output>();
    outputs.add(new Graph.Output("loss", loss));
    for (int i = 0; i < inputs.size(); i++) {
      outputs.add(new Graph.Output("d." + inputs.get(i), gradients.get(i)));
    }
    return new Graph(graph.name(), graph.nodes(), outputs, List.of());
  }

  /// The same number with its gradients taken for outputs, made into one number and differentiated
  /// once more.
  Probe next(Random random) {
    var outputs =
        graph.outputs().stream().filter(output -> !output.label().equals("loss")).toList();
    return of(new Graph(graph.name(), graph.nodes(), outputs, List.of()), bindings, random);
  }

  private double[] elements(String label) {
    return Objects.requireNonNull(bindings.get(label), label);
  }

  Interpreter.Result run(Map<String, double[]> changed) {
    var all = new HashMap<>(bindings);
    all.putAll(changed);
    return Interpreter.run(graph, all);
  }

  /// The loss at `bindings + step * direction`.
  double lossAt(Map<String, double[]> direction, double step) {
    var moved = new HashMap<String, double[]>();
    direction.forEach((label, delta) -> {
      double[] data = elements(label).clone();
      Arrays.setAll(data, i -> data[i] + step * delta[i]);
      moved.put(label, data);
    });
    return run(moved).output("loss")[0];
  }

  /// A direction over those inputs.
  Map<String, double[]> direction(List<String> labels, Random random) {
    var direction = new HashMap<String, double[]>();
    labels.forEach(label -> direction.put(label, uniform(random, elements(label).length)));
    return direction;
  }

  /// What the gradients say of the change along a direction, with the size of its terms.
  Slope slope(Map<String, double[]> direction) {
    Interpreter.Result result = run(Map.of());
    double[] sums = new double[2];
    direction.forEach((label, delta) -> {
      double[] gradient = result.output("d." + label);
      for (int i = 0; i < delta.length; i++) {
        sums[0] += gradient[i] * delta[i];
        sums[1] += Math.abs(gradient[i] * delta[i]);
      }
    });
    return new Slope(sums[0], sums[1]);
  }

  /// @param size the sum of the magnitudes of what was added up
  record Slope(double value, double size) {}

  static double[] uniform(Random random, int count) {
    return random.doubles(count, -1, 1).toArray();
  }
}
