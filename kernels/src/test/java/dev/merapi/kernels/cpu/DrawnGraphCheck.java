package dev.merapi.kernels.cpu;

import dev.merapi.compiler.Pipeline;
import dev.merapi.drawn.Drawn;
import dev.merapi.drawn.Expected;
import dev.merapi.drawn.Shrinking;
import dev.merapi.graph.Graph;
import dev.merapi.kernels.emit.Lanes;
import dev.merapi.spi.Buffer.Space;
import dev.merapi.spi.Program;
import dev.merapi.spi.Program.Parameters;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.function.Supplier;

/// Compares a graph compiled for the CPU with what is expected, in several forms: every vector
/// width, twins and vector classes, weights packed or not; each whole and in parts, which must have
/// the same bits.
final class DrawnGraphCheck {
  /// How a graph is compiled and run.
  ///
  /// @param vectors whether the vector classes serve
  record Form(Lanes lanes, boolean vectors, Parameters parameters) {}

  private static final int THREADS = 3;

  /// Backends that keep kernels apart: those of the second kind use the vector classes.
  private final Map<Lanes, CpuBackend> cold = new EnumMap<>(Lanes.class);

  private final Map<Lanes, CpuBackend> hot = new EnumMap<>(Lanes.class);

  /// The forms for a seed: twins; with luck packed weights as well, and one time in so many
  /// vectors.
  static List<Form> forms(Drawn drawn, long seed, int vectorsEvery) {
    var random = new Random(seed);
    List<Lanes> widths = Lanes.vectors();
    Supplier<Lanes> lanes = () -> widths.get(random.nextInt(widths.size()));
    boolean frozen = drawn.graph().state().isEmpty() && random.nextBoolean();
    var twins = new Form(lanes.get(), false, frozen ? Parameters.FROZEN : Parameters.LIVE);
    return random.nextInt(vectorsEvery) == 0
        ? List.of(twins, new Form(lanes.get(), true, Parameters.LIVE))
        : List.of(twins);
  }

  /// What differs, if something does: what, the smallest graph that shows it, and where it came
  /// from.
  Optional<String> report(Drawn drawn, List<Form> forms) {
    return difference(drawn, forms)
        .map(text -> {
          Drawn small = Shrinking.of(drawn, each -> difference(each, forms).isPresent());
          return text
              + "\nshrunk: "
              + difference(small, forms).orElse("")
              + "\n"
              + small.text()
              + "\nfrom:\n"
              + drawn.text();
        });
  }

  /// What differs, if something does.
  Optional<String> difference(Drawn drawn, List<Form> forms) {
    Graph bound = drawn.graph().bind(drawn.sizes());
    Expected expected = Expected.of(bound, drawn.bindings());
    Map<String, int[]> first = Map.of();
    for (Form form : forms) {
      Optional<String> found;
      try (var run = compiled(drawn, form)) {
        found = difference(run, drawn, expected);
        if (found.isEmpty()) {
          found = difference(first, run.bits()).map(text -> "beside the first form: " + text);
          first = run.bits();
        }
      } catch (RuntimeException | AssertionError e) {
        var trace = Arrays.stream(e.getStackTrace()).limit(12).map(Object::toString).toList();
        found = Optional.of(e + "\n  " + String.join("\n  ", trace));
      }
      if (found.isPresent()) {
        return found.map(text -> form + ": " + text);
      }
    }
    return Optional.empty();
  }

  private ProgramRun compiled(Drawn drawn, Form form) {
    Program program = Pipeline.compile(drawn.graph(), drawn.sizes(), form.parameters());
    var backends = form.vectors() ? hot : cold;
    CpuBackend backend = backends.computeIfAbsent(form.lanes(), CpuBackend::new);
    var run = new ProgramRun(program, backend, THREADS, drawn.bindings());
    return form.vectors() ? run.vectors() : run;
  }

  /// By one thread, then once more in the parts of several.
  private static Optional<String> difference(ProgramRun run, Drawn drawn, Expected expected) {
    run.runAlone();
    Map<String, int[]> bits = run.bits();
    Optional<String> found = difference(run, Space.OUTPUT, expected.outputs());
    if (found.isEmpty()) {
      found = difference(run, Space.PARAMETER, expected.state());
    }
    if (found.isEmpty()) {
      run.bind(drawn.bindings());
      run.runInParts(THREADS);
      found = difference(bits, run.bits()).map(text -> "in parts: " + text);
    }
    return found;
  }

  private static Optional<String> difference(
      ProgramRun run, Space space, Map<String, Expected.Result> all) {
    for (var each : all.entrySet()) {
      String label = each.getKey();
      if (space == Space.PARAMETER && !run.has(space, label)) {
        continue; // nobody reads or writes it
      }
      double[] actual = run.read(space, label);
      Expected.Result result = each.getValue();
      for (int i = 0; i < actual.length; i++) {
        if (!result.allows(i, actual[i])) {
          return Optional.of(
              "%s %s differs at %d by more than %s: expected %s but was %s"
                  .formatted(
                      space,
                      label,
                      i,
                      result.error(),
                      Arrays.toString(result.elements()),
                      Arrays.toString(actual)));
        }
      }
    }
    return Optional.empty();
  }

  private static Optional<String> difference(Map<String, int[]> a, Map<String, int[]> b) {
    for (var each : a.entrySet()) {
      int[] other = b.get(each.getKey());
      if (!Arrays.equals(each.getValue(), other)) {
        return Optional.of(
            each.getKey()
                + " has other bits: "
                + Arrays.toString(each.getValue())
                + " and "
                + Arrays.toString(other));
      }
    }
    return Optional.empty();
  }
}
