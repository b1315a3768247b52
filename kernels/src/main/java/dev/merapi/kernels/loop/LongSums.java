package dev.merapi.kernels.loop;

import dev.merapi.kernels.loop.Structure.Form;
import dev.merapi.kernels.loop.Structure.Stage;
import dev.merapi.kernels.math.FloatChains;
import dev.merapi.spi.LoopNest;
import java.util.List;

/// Which sums are cut into chains of floats that are added up in double: those whose partial sums
/// have so many terms that floats would lose digits. A pure function of the nest, so that no bit
/// depends on lanes or threads.
final class LongSums {
  private LongSums() {}

  /// The stages with these sums marked.
  static List<Stage> in(LoopNest nest, Schedule schedule, List<Stage> stages) {
    return terms(nest, schedule, Unroll.of(nest, schedule, stages)) > FloatChains.LONGEST
        ? stages.stream().map(LongSums::marked).toList()
        : stages;
  }

  /// Terms of the longest partial sum.
  private static double terms(LoopNest nest, Schedule schedule, int unroll) {
    double terms = 1;
    for (int level : schedule.levels()) {
      terms *= nest.extents().get(level);
    }
    if (schedule.form() == Form.ROW) {
      long count = nest.extents().get(schedule.vector());
      int width = unroll * Structure.PARTIALS;
      terms *= count / width + Math.ceilDiv(count % width, Structure.PARTIALS);
    }
    return terms;
  }

  private static Stage marked(Stage stage) {
    return new Stage(
        stage.inner().stream()
            .map(step -> step instanceof Step.Fold fold ? fold.ofManyTerms() : step)
            .toList(),
        stage.point());
  }
}
