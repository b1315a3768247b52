package dev.merapi.compiler;

import dev.merapi.compiler.Step.Kernel;
import dev.merapi.compiler.Step.Loops;
import dev.merapi.graph.Graph;
import dev.merapi.graph.Monoid;
import dev.merapi.graph.Node;
import dev.merapi.graph.Reduce;
import dev.merapi.graph.Source;
import dev.merapi.graph.Value;
import dev.merapi.graph.View;
import dev.merapi.spi.Buffer;
import dev.merapi.spi.Buffer.Space;
import dev.merapi.spi.LoopLimits;
import dev.merapi.spi.Program;
import dev.merapi.spi.Region;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/// Turns a graph of constant sizes into a program: fusion, buffers, kernels, places in memory.
public final class Lowering {
  private final Graph graph;
  private final Dataflow flow;
  private final Map<Value, Node> producers;
  private final List<Step> steps;
  private final List<Region> regions = new ArrayList<>();
  private final Storages storages;
  private final Map<Value, String> inPlace;

  private Lowering(Graph graph, LoopLimits limits) {
    this.graph = graph;
    flow = new Dataflow(graph);
    producers = flow.producers();
    steps = Fusion.of(graph, flow, limits);
    Set<Value> stored = neededInMemory();
    storages = new Storages(producers, stored, regions);
    inPlace = InPlaceState.of(graph, flow, steps, stored);
  }

  /// The program of a graph.
  ///
  /// @param limits of the target
  /// @throws dev.merapi.MerapiException of kind `UNBOUND_SIZE` if a size is symbolic
  public static Program lower(Graph graph, Program.Parameters parameters, LoopLimits limits) {
    return new Lowering(graph, limits).program(parameters);
  }

  private Program program(Program.Parameters parameters) {
    for (Node node : graph.nodes()) {
      if (node.op() instanceof Source.Input || node.op() instanceof Source.Parameter) {
        storages.of(node.result()); // unused ones too have a place that the caller can name
      }
    }
    placeState();
    Map<Value, String> direct = directOutputs();
    for (Step step : steps) {
      placeResults(step, direct);
      lower(step);
    }
    copyOutputs(direct);
    storeState();
    return PlanMemory.plan(
        graph.name(), regions, storages.buffers(), storages.constants(), parameters);
  }

  /// The results of kernels that others read, or that outlive the run.
  private Set<Value> neededInMemory() {
    var needed = new HashSet<Value>();
    for (Step step : steps) {
      for (Node node : step.nodes) {
        for (Value operand : node.operands()) {
          if (!isInside(step, operand)) {
            needed.add(flow.root(operand));
          }
        }
      }
      if (step instanceof Kernel kernel) {
        needed.addAll(kernel.nodes.getLast().results());
      }
    }
    graph.outputs().forEach(output -> needed.add(flow.root(output.value())));
    graph.state().forEach(pair -> needed.add(flow.root(pair.next())));
    return needed;
  }

  private boolean isInside(Step step, Value operand) {
    return switch (step) {
      case Loops loops -> loops.level(operand, producers).isPresent();
      case Kernel kernel ->
          kernel.nodes.stream().anyMatch(node -> node.results().contains(operand));
    };
  }

  private void placeState() {
    for (Graph.StatePair pair : graph.state()) {
      if (inPlace.containsKey(pair.next())) {
        storages.place(pair.next(), storages.dense(pair.read()));
      }
    }
  }

  /// The outputs that a kernel can write where the caller reads them.
  private Map<Value, String> directOutputs() {
    var direct = new HashMap<Value, String>();
    for (Graph.Output output : graph.outputs()) {
      Node node = producers.get(output.value());
      boolean computed =
          node != null
              && !(node.op() instanceof Source)
              && (!(node.op() instanceof View) || Fusion.copies(node.op()))
              && !inPlace.containsKey(output.value());
      if (computed) {
        direct.putIfAbsent(output.value(), output.label());
      }
    }
    return direct;
  }

  private void placeResults(Step step, Map<Value, String> direct) {
    for (Node node : step.nodes) {
      for (Value result : node.results()) {
        if (!storages.isStored(result) || inPlace.containsKey(result)) {
          continue;
        }
        String label = direct.get(result);
        storages.place(
            result,
            label == null
                ? storages.newBuffer(node.path(), result.type(), Space.TEMPORARY)
                : storages.newBuffer(label, result.type(), Space.OUTPUT));
      }
    }
  }

  private void lower(Step step) {
    switch (step) {
      case Kernel kernel -> KernelLowering.lower(kernel, producers, storages, regions);
      case Loops loops -> {
        if (loops.space.elements() > 0) {
          regions.add(new Region.Loops(new NestBuilder(loops, producers, storages).build()));
        } else {
          fillEmptyFold(loops.nodes.getFirst());
        }
      }
    }
  }

  /// A fold of nothing is the neutral element.
  private void fillEmptyFold(Node node) {
    if (node.op() instanceof Reduce.Fold(Monoid monoid, _)) {
      Value result = node.result();
      var identity = new Storage.Splat(monoid.identity(result.dtype()).bits(0));
      storages.copy(identity, result.type(), storages.target(result));
    }
  }

  private void copyOutputs(Map<Value, String> direct) {
    for (Graph.Output output : graph.outputs()) {
      Value value = output.value();
      if (!output.label().equals(direct.get(value))) {
        Buffer buffer = storages.newBuffer(output.label(), value.type(), Space.OUTPUT);
        copy(value, buffer);
      }
    }
  }

  /// Copies next values that could not be computed in place. Those that are other parameters are
  /// saved first, so that two parameters can change places.
  private void storeState() {
    record Pending(Storage from, Graph.StatePair pair) {}
    var pending = new ArrayList<Pending>();
    for (Graph.StatePair pair : graph.state()) {
      if (inPlace.containsKey(pair.next()) || pair.next().equals(pair.read())) {
        continue;
      }
      Storage from = storages.of(pair.next());
      if (from instanceof Storage.Stored stored && stored.buffer().space() == Space.PARAMETER) {
        Buffer saved = storages.newBuffer("", pair.next().type(), Space.TEMPORARY);
        copy(pair.next(), saved);
        from = new Storage.Stored(saved, Strided.rowMajor(pair.next().shape()));
      }
      pending.add(new Pending(from, pair));
    }
    for (Pending each : pending) {
      Value read = each.pair.read();
      storages.copy(each.from, read.type(), storages.target(read));
    }
  }

  private void copy(Value value, Buffer to) {
    var target = new Storage.Stored(to, Strided.rowMajor(value.shape()));
    storages.copy(storages.of(value), value.type(), target);
  }
}
