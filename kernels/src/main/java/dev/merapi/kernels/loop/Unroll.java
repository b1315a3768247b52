package dev.merapi.kernels.loop;

import dev.merapi.kernels.loop.Structure.Form;
import dev.merapi.kernels.loop.Structure.Stage;
import dev.merapi.spi.LoopNest;
import java.util.List;
import java.util.stream.Stream;

/// How many vectors one turn of the loop along the lanes takes: several independent accumulators
/// hide the latency of a fold. In a row this decides the order of the sum, so it depends on the
/// nest and the lane count only.
final class Unroll {
  /// Bodies with more instructions are written once, masked, to keep the method within what the JIT
  /// compiles.
  private static final int LONG_BODY = 110;

  private Unroll() {}

  static int of(LoopNest nest, Schedule schedule, List<Stage> stages) {
    int operations =
        stages.stream()
            .flatMap(stage -> Stream.concat(stage.inner().stream(), stage.point().stream()))
            .mapToInt(Step::operations)
            .sum();
    if (operations > LONG_BODY) {
      return 0;
    }
    boolean folds = schedule.form() == Form.ROW || !schedule.levels().isEmpty();
    long vectors = nest.extents().get(schedule.vector()) / schedule.lanes().count();
    if (!folds || vectors < 4) {
      return 1;
    }
    return operations <= 24 ? 4 : operations <= 48 ? 2 : 1;
  }
}
