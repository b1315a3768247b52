package dev.merapi;

import dev.merapi.compiler.Lowering;
import dev.merapi.compiler.Operations;
import dev.merapi.compiler.Pipeline;
import dev.merapi.graph.Graph;
import dev.merapi.spi.Backend;
import dev.merapi.spi.KernelText;
import dev.merapi.spi.LoopLimits;
import dev.merapi.spi.Program;
import java.util.List;
import java.util.Map;

/// What the compiler makes of a model, for somebody who wants to know: the graph behind each pass,
/// then the kernels in order and the place of every buffer. Who gives no options asks no backend.
///
/// ```java
/// var seen = Inspection.of(model, Map.of("N", 1L));
/// seen.passes().forEach(pass -> IO.println(pass.name() + "\n" + GraphPrinter.print(pass.graph())));
/// seen.program().regions().forEach(kernel -> IO.println(kernel.label()));
/// ```
///
/// @param passes what each pass made, in order; the first one, `input`, is the graph with its sizes
///   bound
/// @param program what a backend would get
public record Inspection(List<Pass> passes, Program program) {
  /// A graph on its way through the compiler.
  ///
  /// @param name the pass that made it
  public record Pass(String name, Graph graph) {}

  public Inspection {
    passes = List.copyOf(passes);
  }

  /// Takes a model through the compiler, to kernels that every target takes.
  ///
  /// @param sizes a number for each named size
  /// @throws MerapiException of kind `UNBOUND_SIZE` if one is missing, `SHAPE` if sizes that had to
  ///   be equal are not, `MEMORY` if there are more elements than any machine has
  public static Inspection of(Model model, Map<String, Long> sizes) {
    return of(model, sizes, LoopLimits.COMMON);
  }

  /// The same, with kernels as large as a backend and target make them.
  ///
  /// @param options which
  /// @throws MerapiException as of [#of(Model, Map)]; `BACKEND_UNAVAILABLE` if the backend does not
  ///   work here
  public static Inspection of(Model model, Map<String, Long> sizes, CompileOptions options) {
    return of(model, sizes, Backends.of(options).limits());
  }

  private static Inspection of(Model model, Map<String, Long> sizes, LoopLimits limits) {
    var passes =
        Pipeline.stages(model.graph(), sizes).stream()
            .map(stage -> new Pass(stage.pass(), stage.graph()))
            .toList();
    return new Inspection(
        passes, Lowering.lower(passes.getLast().graph(), Program.Parameters.FROZEN, limits));
  }

  /// The floating-point operations of one run, two for each product that is added up. Products and
  /// convolutions are counted; everything else is small beside them.
  public long flops() {
    return passes.getLast().graph().nodes().stream()
        .mapToLong(node -> Flops.of(node).value())
        .sum();
  }

  /// The operations of one run, of whatever sort, about as many as scalar code has instructions:
  /// what [CompileOptions#maxOperations(long)] limits.
  public long operations() {
    return Operations.of(program);
  }

  /// The kernels that a backend makes of the model, whichever the program is for.
  ///
  /// @param options which backend and target; empty if it has none to show
  /// @throws MerapiException of kind `BACKEND_UNAVAILABLE` if it does not work here
  public List<KernelText> kernels(CompileOptions options) {
    Backend backend = Backends.of(options);
    return backend.kernels(
        Lowering.lower(passes.getLast().graph(), Program.Parameters.FROZEN, backend.limits()));
  }
}
