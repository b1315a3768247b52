package dev.merapi.kernels.loop;

import dev.merapi.kernels.loop.Structure.Form;
import dev.merapi.kernels.loop.Structure.Stage;
import dev.merapi.spi.LoopNest;
import java.util.List;
import java.util.stream.Stream;

/// How many times [Structure#PARTIALS] elements one turn of a folded row takes: several independent
/// accumulators hide the latency of a fold. This decides the order of the sum, so it depends on the
/// nest only.
final class Unroll {
  /// Bodies with more instructions have enough to do without.
  private static final int LONG_BODY = 110;

  /// Most memory accesses of all copies of a body: full turns and shorter ones.
  private static final int ACCESSES = 10;

  private Unroll() {}

  /// The unroll factor of a [Structure]; 1 for a map.
  static int of(LoopNest nest, Schedule schedule, List<Stage> stages) {
    if (schedule.form() == Form.MAP) {
      return 1;
    }
    List<Step> steps =
        stages.stream()
            .flatMap(stage -> Stream.concat(stage.inner().stream(), stage.point().stream()))
            .toList();
    int operations = steps.stream().mapToInt(Step::operations).sum();
    int accesses = (int) steps.stream().filter(step -> !step.cursors().isEmpty()).count();
    accesses += 2 * stages.stream().mapToInt(Unroll::longSums).sum(); // their chains
    long vectors = nest.extents().get(schedule.vector()) / Structure.PARTIALS;
    int unroll = vectors < 4 ? 1 : operations <= 24 ? 4 : operations <= 48 ? 2 : 1;
    while (unroll > 1 && (operations > LONG_BODY || copies(unroll) * accesses > ACCESSES)) {
      unroll /= 2;
    }
    return unroll;
  }

  private static int longSums(Stage stage) {
    return (int) stage.folds().stream().filter(Step.Fold::isLong).count();
  }

  /// Full turns of several vectors and of one, and the masked rest.
  private static int copies(int unroll) {
    return unroll > 1 ? unroll + 2 : 2;
  }
}
