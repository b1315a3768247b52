package dev.merapi.kernels.loop;

import dev.merapi.kernels.loop.Structure.Form;
import dev.merapi.kernels.loop.Structure.Stage;
import dev.merapi.spi.LoopNest;
import java.util.List;
import java.util.stream.Stream;

/// How many vectors one turn of the loop along the lanes takes: several independent accumulators
/// hide the latency of a fold. In a row this decides the order of the sum, so it depends on the
/// nest only.
final class Unroll {
  /// Bodies with more instructions are written once, masked, to keep the method within what the JIT
  /// compiles.
  private static final int LONG_BODY = 110;

  /// Most memory accesses of all copies of a body. C1 makes about 10 KB of code of each and gives
  /// up at some point; without its profile C2 comes late.
  private static final int ACCESSES = 10;

  private Unroll() {}

  /// The unroll factor of a [Structure].
  static int of(LoopNest nest, Schedule schedule, List<Stage> stages) {
    List<Step> steps =
        stages.stream()
            .flatMap(stage -> Stream.concat(stage.inner().stream(), stage.point().stream()))
            .toList();
    int operations = steps.stream().mapToInt(Step::operations).sum();
    int accesses = (int) steps.stream().filter(step -> !step.cursors().isEmpty()).count();
    boolean isRow = schedule.form() == Form.ROW;
    int chains = stages.stream().mapToInt(Unroll::longSums).sum();
    accesses += 2 * chains; // to memory at the end of a chain, and back at the end of the sum
    boolean folds = isRow || !schedule.levels().isEmpty();
    int lanes = isRow ? Structure.PARTIALS : schedule.lanes().count();
    long vectors = nest.extents().get(schedule.vector()) / lanes;
    int unroll = !folds || vectors < 4 ? 1 : operations <= 24 ? 4 : operations <= 48 ? 2 : 1;
    while (unroll > 0 && (operations > LONG_BODY || copies(unroll) * accesses > ACCESSES)) {
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
