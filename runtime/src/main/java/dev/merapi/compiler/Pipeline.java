package dev.merapi.compiler;

import dev.merapi.graph.Graph;
import dev.merapi.graph.Verifier;
import dev.merapi.spi.LoopLimits;
import dev.merapi.spi.Program;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/// The passes over the graph, in order. The verifier runs after each.
///
/// What follows them (fusion into kernels, lowering, the plan of memory) no longer is a graph: see
/// [Lowering].
public final class Pipeline {
  private static final List<Pass> PASSES =
      List.of(
          new RandomExpansion(),
          new ConstantFolding(),
          new AlgebraicSimplification(),
          new LargeMaps(),
          new CommonSubexpressions(),
          new DeadCode());

  /// A graph on its way through the compiler.
  ///
  /// @param pass the name of the pass that made it; `input` for the first one
  public record Stage(String pass, Graph graph) {}

  private Pipeline() {}

  /// The whole way: sizes are bound, the passes run, and what is left becomes a program.
  ///
  /// @param sizes a number for each symbolic size
  /// @param limits of the target
  /// @throws dev.merapi.MerapiException of kind `UNBOUND_SIZE` if one is missing, `SHAPE` if sizes
  ///   that had to be equal are not, `MEMORY` if there are more elements than any machine has
  public static Program compile(
      Graph graph, Map<String, Long> sizes, Program.Parameters parameters, LoopLimits limits) {
    return Lowering.lower(stages(graph, sizes).getLast().graph(), parameters, limits);
  }

  /// The graph behind the last pass.
  public static Graph optimize(Graph graph) {
    return stages(graph).getLast().graph();
  }

  /// The graph with its sizes bound, then behind each pass.
  ///
  /// @throws dev.merapi.MerapiException as of [#compile]
  public static List<Stage> stages(Graph graph, Map<String, Long> sizes) {
    Graph bound = graph.bind(sizes);
    SizeLimits.check(bound);
    BatchVariances.check(bound);
    return stages(bound);
  }

  /// The graph as it came, then behind each pass.
  public static List<Stage> stages(Graph graph) {
    Verifier.verify(graph);
    var stages = new ArrayList<>(List.of(new Stage("input", graph)));
    for (Pass pass : PASSES) {
      Graph last = stages.getLast().graph();
      Graph next = pass.apply(last);
      if (next != last) { // a pass that finds nothing gives what it was given
        Verifier.verify(next);
      }
      stages.add(new Stage(pass.name(), next));
    }
    return stages;
  }
}
