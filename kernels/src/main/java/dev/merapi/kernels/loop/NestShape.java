package dev.merapi.kernels.loop;

import dev.merapi.kernels.emit.Lanes;
import dev.merapi.kernels.loop.Structure.Form;
import dev.merapi.spi.LoopNest;
import java.util.List;
import java.util.stream.Stream;

/// How the routine of a structure uses lanes. No bit depends on it, so it may follow the sizes.
///
/// @param lanes of a vector; 1 for plain scalar code
/// @param vectors of one turn of the loop along the lanes
record NestShape(int lanes, int vectors) {
  private static final int LANES = Structure.PARTIALS;

  /// Bodies with more instructions have enough to do in one vector to hide the latency of a fold.
  private static final int SHORT_BODY = 48;

  /// What a strided access costs beside an instruction on all lanes: an element at a time.
  private static final int STRIDED = 3;

  static NestShape of(LoopNest nest, Plan plan) {
    Structure structure = plan.structure();
    if (structure.form() == Form.ROW) {
      return new NestShape(LANES, structure.width() / LANES);
    }
    long count = nest.extents().get(plan.schedule().vector());
    if (structure.lanes() == Lanes.SCALAR) {
      return new NestShape(count >= LANES / 2 && gathers(structure) ? LANES : 1, 1);
    }
    int lanes = count <= LANES / 4 ? LANES / 4 : count <= LANES / 2 ? LANES / 2 : LANES;
    return new NestShape(lanes, structure.levels() == 0 ? 1 : vectors(structure, count / lanes));
  }

  /// Independent accumulators.
  private static int vectors(Structure structure, long vectors) {
    int operations = steps(structure).stream().mapToInt(Step::operations).sum();
    int most = operations <= SHORT_BODY / 2 ? 4 : operations <= SHORT_BODY ? 2 : 1;
    return vectors >= most ? most : 1;
  }

  /// Whether enough is computed to pay for loads and stores of single elements.
  private static boolean gathers(Structure structure) {
    int accesses = 0;
    int operations = 0;
    for (Step step : steps(structure)) {
      switch (step) {
        case Step.Load load -> accesses += isStrided(structure, load.cursor()) ? 1 : 0;
        case Step.Store store -> accesses += isStrided(structure, store.cursor()) ? 1 : 0;
        case Step.Compute _, Step.Index _, Step.Fold _, Step.ArgFold _ ->
            operations += step.operations();
      }
    }
    return operations >= STRIDED * accesses;
  }

  private static boolean isStrided(Structure structure, int cursor) {
    return structure.cursors().get(cursor).vector() == Cursor.Stride.ANY;
  }

  private static List<Step> steps(Structure structure) {
    return structure.stages().stream()
        .flatMap(stage -> Stream.concat(stage.inner().stream(), stage.point().stream()))
        .toList();
  }
}
