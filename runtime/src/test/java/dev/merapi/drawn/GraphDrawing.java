package dev.merapi.drawn;

import dev.merapi.MerapiException;
import dev.merapi.MerapiException.Kind;
import dev.merapi.autodiff.Differentiate;
import dev.merapi.graph.DType;
import dev.merapi.graph.Graph;
import dev.merapi.graph.GraphBuilder;
import dev.merapi.graph.Monoid;
import dev.merapi.graph.ScalarFn;
import dev.merapi.graph.Value;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.IntStream;

/// Draws graphs of all families: some operations, several outputs, gradients, and values that are
/// stored into parameters.
public final class GraphDrawing {
  private static final int MOST_NODES = 14;
  private static final ScalarFn X = ScalarFn.arg(0);
  private static final ScalarFn Y = ScalarFn.arg(1);

  private final Draft draft;
  private final DrawnViews views;
  private final DrawnMaps maps;
  private final DrawnReductions reductions;
  private final DrawnContractions contractions;
  private final DrawnIndices indices;

  private GraphDrawing(long seed) {
    draft = new Draft(new Random(seed * 0x9E3779B97F4A7C15L));
    views = new DrawnViews(draft);
    maps = new DrawnMaps(draft, views);
    reductions = new DrawnReductions(draft, views);
    contractions = new DrawnContractions(draft, views, maps, reductions);
    indices = new DrawnIndices(draft, views);
  }

  /// The graph of a seed.
  public static Drawn draw(long seed) {
    return new GraphDrawing(seed).draw();
  }

  private Drawn draw() {
    draft.source(DType.F32, draft.shape(draft.between(0, 4), 300));
    for (int i = draft.between(1, MOST_NODES); i > 0; i--) {
      step();
    }
    int outputs = draft.between(1, 3);
    for (int i = 0; i < outputs; i++) {
      draft.builder.output("y" + i, i == 0 ? draft.values.getLast() : draft.any(_ -> true));
    }
    draft
        .builder
        .build()
        .parameters()
        .values()
        .forEach(parameter -> {
          if (draft.oneIn(3)) {
            draft.builder.store(parameter, views.shaped(parameter.dtype(), parameter.shape()));
          }
        });
    Graph graph = draft.builder.build();
    if (draft.oneIn(2)) {
      graph = differentiated(graph);
    }
    return new Drawn(graph, Map.copyOf(draft.sizes), draft.bindings);
  }

  private void step() {
    switch (draft.random.nextInt(12)) {
      case 0, 1, 2 -> maps.any();
      case 3, 4 -> views.of(draft.oneIn(4) ? draft.any(_ -> true) : draft.number());
      case 5, 6 -> reductions.any();
      case 7 -> indices.any();
      default -> contractions.any();
    }
  }

  /// The graph with gradients of the sum of some value as outputs or, by a step of descent, stored.
  private Graph differentiated(Graph graph) {
    // some rules need sizes that are numbers
    GraphBuilder builder =
        GraphBuilder.continuing(draft.oneIn(2) ? graph.bind(draft.sizes) : graph);
    try {
      var all = builder.build();
      var wanted = new ArrayList<Value>();
      all.inputs().values().forEach(wanted::add);
      all.parameters().values().forEach(wanted::add);
      wanted.removeIf(value -> !value.dtype().isFloat() || draft.oneIn(4));
      var floats =
          all.outputs().stream()
              .map(Graph.Output::value)
              .filter(value -> value.dtype().isFloat())
              .toList();
      if (floats.isEmpty() || wanted.isEmpty()) {
        return graph;
      }
      Value of = draft.oneOf(floats);
      if (draft.oneIn(2)) {
        of = builder.map(X.times(X), of);
      }
      var axes = IntStream.range(0, of.type().rank()).boxed().toList();
      Value loss = builder.fold(Monoid.SUM, of, axes);
      store(builder, all, wanted, Differentiate.gradients(builder, loss, wanted));
      return builder.build();
    } catch (MerapiException e) {
      if (e.kind() == Kind.UNBOUND_SIZE || e.kind() == Kind.UNSUPPORTED_OP) {
        return graph;
      }
      throw e;
    }
  }

  private void store(GraphBuilder builder, Graph graph, List<Value> wanted, List<Value> gradients) {
    var stored = graph.state().stream().map(Graph.StatePair::read).toList();
    for (int i = 0; i < wanted.size(); i++) {
      Value value = wanted.get(i);
      if (graph.parameters().containsValue(value) && !stored.contains(value) && draft.oneIn(2)) {
        ScalarFn descent = X.minus(Y.times(ScalarFn.f32(0.5)));
        builder.store(value, builder.map(descent, value, gradients.get(i)));
      } else {
        builder.output("g" + i, gradients.get(i));
      }
    }
  }
}
