package dev.merapi.kernels.cpu;

import dev.merapi.compiler.Pipeline;
import dev.merapi.drawn.Drawn;
import dev.merapi.drawn.Expected;
import dev.merapi.drawn.Shrinking;
import dev.merapi.graph.Graph;
import dev.merapi.kernels.jit.Lanes;
import dev.merapi.kernels.machine.Cpu.Level;
import dev.merapi.kernels.target.MachineTarget;
import dev.merapi.spi.Buffer.Space;
import dev.merapi.spi.LoopLimits;
import dev.merapi.spi.Program;
import dev.merapi.spi.Program.Parameters;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.function.Supplier;

/// Compares a graph compiled for the CPU with what is expected, in several forms: every vector
/// width, twins, vector classes and machine code, weights packed or not; each whole and in parts,
/// which must have the same bits.
final class DrawnGraphCheck {
  /// How a graph is compiled and run.
  ///
  /// @param code what runs
  record Form(Lanes lanes, Code code, Parameters parameters) {}

  /// What runs. Backends of each keep kernels apart.
  enum Code {
    TWINS(Level.NONE),
    VECTORS(Level.NONE),
    MACHINE_AVX2(Level.AVX2),
    MACHINE(Level.AVX512);

    private final Level most;

    Code(Level most) {
      this.most = most;
    }

    /// Machine code is made of larger kernels than others, beyond its own limits: no bit may depend
    /// on that.
    LoopLimits limits() {
      return most == Level.NONE ? LoopLimits.COMMON : LARGE;
    }

    /// Twins do where there is no machine code.
    CpuBackend backend(Lanes lanes) {
      return MachineTarget.upTo(most) instanceof MachineTarget.Result.Found(MachineTarget target)
          ? new CpuBackend(target)
          : new CpuBackend(lanes);
    }
  }

  private static final int THREADS = 3;

  private static final LoopLimits LARGE = new LoopLimits(10_000, 200, 200);

  private record Backends(Code code, Lanes lanes) {}

  private final Map<Backends, CpuBackend> backends = new HashMap<>();

  /// The forms for a seed: twins; with luck packed weights as well, every second time machine code,
  /// and one time in so many vectors.
  static List<Form> forms(Drawn drawn, long seed, int vectorsEvery) {
    var random = new Random(seed);
    List<Lanes> widths = Lanes.vectors();
    Supplier<Lanes> lanes = () -> widths.get(random.nextInt(widths.size()));
    boolean frozen = drawn.graph().state().isEmpty() && random.nextBoolean();
    var forms = new ArrayList<Form>();
    Parameters parameters = frozen ? Parameters.FROZEN : Parameters.LIVE;
    forms.add(new Form(lanes.get(), Code.TWINS, parameters));
    if (random.nextBoolean()) {
      Code machine = random.nextBoolean() ? Code.MACHINE : Code.MACHINE_AVX2;
      forms.add(new Form(lanes.get(), machine, parameters));
    }
    if (random.nextInt(vectorsEvery) == 0) {
      forms.add(new Form(lanes.get(), Code.VECTORS, Parameters.LIVE));
    }
    return forms;
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
    Program program =
        Pipeline.compile(drawn.graph(), drawn.sizes(), form.parameters(), form.code().limits());
    CpuBackend backend =
        backends.computeIfAbsent(
            new Backends(form.code(), form.lanes()), each -> each.code().backend(each.lanes()));
    var run = new ProgramRun(program, backend, THREADS, drawn.bindings());
    return form.code() == Code.VECTORS ? run.vectors() : run;
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
