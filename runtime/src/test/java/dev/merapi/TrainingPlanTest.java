package dev.merapi;

import static dev.merapi.optim.Adadelta.adadelta;
import static dev.merapi.optim.Adagrad.adagrad;
import static dev.merapi.optim.Adam.adam;
import static dev.merapi.optim.AdamW.adamW;
import static dev.merapi.optim.Adamax.adamax;
import static dev.merapi.optim.Groups.group;
import static dev.merapi.optim.Groups.groups;
import static dev.merapi.optim.NAdam.nAdam;
import static dev.merapi.optim.RmsProp.rmsProp;
import static dev.merapi.optim.Sgd.sgd;
import static dev.merapi.train.Losses.mse;
import static dev.merapi.train.Penalty.l1;
import static dev.merapi.train.Penalty.l2;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.merapi.compiler.Pipeline;
import dev.merapi.graph.TensorType;
import dev.merapi.nn.Activations;
import dev.merapi.nn.Layers;
import dev.merapi.nn.Sequential;
import dev.merapi.spi.Buffer;
import dev.merapi.spi.Buffer.Space;
import dev.merapi.spi.LoopLimits;
import dev.merapi.spi.LoopNest.Instr;
import dev.merapi.spi.Program;
import dev.merapi.spi.Region;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// Whatever a step is asked for, a weight and its state are updated in place by one kernel. Only
/// the gradients added up so far may be another's: with clipping by norm, they are read twice.
class TrainingPlanTest {
  private static final Map<String, TrainOptions> CASES = cases();

  private static Map<String, TrainOptions> cases() {
    var cases = new LinkedHashMap<String, TrainOptions>();
    for (var optimizer :
        List.of(
            sgd(0.1),
            sgd(0.1).momentum(0.9).nesterov().weightDecay(0.1),
            adam(0.1),
            adam(0.1).amsgrad().weightDecay(0.1),
            adamW(0.1),
            rmsProp(0.1).centered().momentum(0.9),
            adagrad(0.1).rateDecay(0.1),
            adadelta(0.1),
            adamax(0.1),
            nAdam(0.1))) {
      cases.put(optimizer.toString(), TrainOptions.of(mse(), optimizer));
    }
    TrainOptions plain = TrainOptions.of(mse(), adam(0.1));
    cases.put("clipNorm", plain.clipNorm(1));
    cases.put("clipValue", plain.clipValue(1));
    cases.put("accumulate", plain.accumulate(4));
    cases.put("penalties", plain.penalty(l1(0.1)).penalty(l2(0.1)));
    cases.put("norms", plain.gradientNorms());
    cases.put("frozen", plain.freeze("0.*"));
    cases.put("groups", plain.optimizer(groups(adam(0.1), group("0.*", sgd(0.01).momentum(0.9)))));
    cases.put(
        "everything",
        plain.penalty(l2(0.1)).clipNorm(1).clipValue(1).accumulate(3).gradientNorms());
    return cases;
  }

  private static Program program(TrainOptions options) {
    var net = Sequential.of(Layers.dense(7, 5), Activations.relu(), Layers.dense(5, 3));
    Model model = Model.of(net, Model.input("x", TensorType.f32(4, 7)), RandomKey.of(1));
    var step = TrainingGraph.step(TrainingGraph.forward(model, options), options, Map.of());
    return Pipeline.compile(step, Map.of(), Program.Parameters.LIVE, LoopLimits.COMMON);
  }

  static List<String> names() {
    return List.copyOf(CASES.keySet());
  }

  @ParameterizedTest
  @MethodSource("names")
  void aWeightAndItsStateAreUpdatedByOneKernel(String name) {
    Program program = program(CASES.get(name));
    String plan =
        program.regions().stream()
            .map(region -> region.label() + ": " + region.reads() + " -> " + region.writes())
            .collect(Collectors.joining("\n", name + "\n", "\n"));
    Map<String, Region> writer = new LinkedHashMap<>();
    for (Region region : program.regions()) {
      for (Buffer buffer : region.writes()) {
        if (buffer.space() == Space.PARAMETER) {
          assertTrue(writer.put(buffer.label(), region) == null, plan + buffer);
          assertTrue(!copies(region), plan + buffer);
        }
      }
    }
    for (String weight : List.of("0.weight", "0.bias", "2.weight", "2.bias")) {
      Set<Region> kernels = new HashSet<>();
      writer.forEach((label, region) -> {
        String state = TrainingGraph.STATE + weight + ".";
        boolean own = label.startsWith(state) && !label.equals(state + "accumulated");
        if (own || label.equals(weight)) {
          kernels.add(region);
        }
      });
      boolean frozen = name.equals("frozen") && weight.startsWith("0.");
      // The last price of the penalties joins the kernel of its weight, with the loss itself.
      boolean hasLastPrice = weight.equals("2.weight") && !CASES.get(name).penalties().isEmpty();
      boolean mayBeDivided =
          hasLastPrice || weight.endsWith("bias") && CASES.get(name).accumulation() > 1;
      int most = frozen ? 0 : mayBeDivided ? 2 : 1;
      assertTrue(kernels.size() <= most && kernels.isEmpty() == frozen, plan + weight);
    }
  }

  /// Whether a kernel computes nothing.
  private static boolean copies(Region region) {
    return region instanceof Region.Loops(var nest)
        && nest.stages().stream()
            .flatMap(stage -> stage.inner().stream())
            .noneMatch(instr -> instr instanceof Instr.Apply || instr instanceof Instr.Fold);
  }
}
