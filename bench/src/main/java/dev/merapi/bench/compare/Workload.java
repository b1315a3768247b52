package dev.merapi.bench.compare;

import dev.merapi.CompileOptions;
import dev.merapi.Inspection;
import dev.merapi.KernelTarget;
import dev.merapi.Model;
import dev.merapi.RandomKey;
import dev.merapi.bench.Networks;
import dev.merapi.graph.Graph;
import dev.merapi.graph.Shape;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// A network that answers batches of one size.
record Workload(Networks network, int batch) {
  /// The networks that a file for the peer exists of.
  static final List<Networks> NETWORKS =
      List.of(Networks.SIMPLENET, Networks.MLP784, Networks.LENET, Networks.CONVNET);

  /// Whether our kernels are at full speed from the first run on.
  enum Start {
    COLD,
    WARM
  }

  private static final List<Integer> BATCHES = List.of(1, 64);

  /// All of them, in the order of the table.
  static List<Workload> all() {
    return NETWORKS.stream()
        .flatMap(network -> BATCHES.stream().map(batch -> new Workload(network, batch)))
        .toList();
  }

  /// As the table and the JSON name it: `lenet/batch64`.
  String name() {
    return Fixtures.name(network) + "/batch" + batch;
  }

  /// Both runtimes with our usual target.
  Pair load(Fixtures fixtures, int threads, Start start) {
    return load(fixtures, Peer.ONNX_RUNTIME, threads, Optional.empty(), start);
  }

  /// Both with the same weights and the same input, in which no element is special.
  Pair load(
      Fixtures fixtures, Peer beside, int threads, Optional<KernelTarget> target, Start start) {
    Model model = network.model();
    model.loadWeights(fixtures.weights(network));
    Graph graph = model.graph().bind(Map.of("N", (long) batch));
    Shape from = List.copyOf(graph.inputs().values()).getFirst().shape();
    Shape to = graph.outputs().getFirst().value().shape();
    float[] x = RandomKey.of(7).normal(Math.toIntExact(from.elements()), 0, 1);
    CompileOptions options = target.map(CompileOptions.cpu()::target).orElse(CompileOptions.cpu());
    var ours = MerapiNetwork.of(model, batch, options.threads(threads), start, x);
    var peer =
        switch (beside) {
          case ONNX_RUNTIME ->
              OnnxRuntimeNetwork.of(
                  fixtures.graph(network), threads, from.toArray(), to.toArray(), x);
          case ONE_THREAD -> MerapiNetwork.of(model, batch, options.threads(1), start, x);
        };
    return new Pair(ours, peer, flops(model));
  }

  private long flops(Model model) {
    return Inspection.of(model, Map.of("N", (long) batch)).flops();
  }

  /// The two contenders.
  ///
  /// @param flops floating-point operations of one run, a multiply-add counted as two
  record Pair(LoadedNetwork ours, LoadedNetwork peer, long flops) implements AutoCloseable {
    @Override
    public void close() {
      ours.close();
      peer.close();
    }
  }
}
