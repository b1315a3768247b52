package dev.merapi.kernels.loop;

import dev.merapi.kernels.loop.Cursor.Stride;
import dev.merapi.kernels.loop.Structure.Form;
import dev.merapi.spi.LoopNest;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/// How the routine of a structure uses lanes. No bit depends on it, so it may follow the sizes.
///
/// @param lanes of a vector; 1 for plain scalar code
/// @param vectors of one turn of the loop along the lanes
/// @param crossing cursors of loads that walk the rows in steps of 1: squares of them are turned
/// @param slow outer loops around the rows
record NestShape(int lanes, int vectors, Set<Integer> crossing, int slow) {
  private static final int LANES = Structure.PARTIALS;

  /// Bodies with more instructions have enough to do in one vector to hide the latency of a fold.
  private static final int SHORT_BODY = 48;

  /// What a strided access costs beside an instruction on all lanes: an element at a time.
  private static final int STRIDED = 3;

  /// Most instructions of a body that is written once for each row of a square.
  private static final int SQUARE_BODY = 24;

  NestShape {
    crossing = Set.copyOf(crossing);
  }

  private NestShape(int lanes, int vectors, Plan plan) {
    this(lanes, vectors, Set.of(), plan.schedule().slow().size());
  }

  /// @param registers lanes of a register, 8 or 16. Vectors have 16 lanes as a rule: where a
  ///   register has fewer, that is two independent ones. In a long body they would need too many
  static NestShape of(LoopNest nest, Plan plan, int registers) {
    Structure structure = plan.structure();
    int most = structure.operations() > SHORT_BODY ? registers : LANES;
    if (structure.form() == Form.ROW) {
      return new NestShape(most, structure.width() / most, plan);
    }
    long count = nest.extents().get(plan.schedule().vector());
    if (structure.isStrided()) {
      return count < LANES / 2 ? new NestShape(1, 1, plan) : strided(nest, plan, registers);
    }
    int lanes = most;
    while (lanes > LANES / 4 && count <= lanes / 2) {
      lanes /= 2;
    }
    int vectors = structure.levels() == 0 ? 1 : vectors(structure, count / lanes);
    return new NestShape(lanes, vectors, plan);
  }

  /// The same in less code, for a JIT that gives up on methods with many accesses to memory: no
  /// squares, and vectors as wide as registers.
  ///
  /// @param registers lanes of a register
  NestShape small(Structure structure, int registers) {
    if (!crossing.isEmpty()) {
      return new NestShape(gathers(structure) ? registers : 1, 1, Set.of(), slow);
    }
    int narrow = Math.min(lanes, registers);
    int all = structure.form() == Form.ROW ? structure.width() / narrow : vectors;
    return new NestShape(narrow, all, crossing, slow);
  }

  private static NestShape strided(LoopNest nest, Plan plan, int registers) {
    Structure structure = plan.structure();
    long rows = plan.schedule().row().map(nest.extents()::get).orElse(1L);
    if (rows >= LANES / 2 && structure.levels() == 0 && structure.operations() <= SQUARE_BODY) {
      Optional<Set<Integer>> crossing = crossing(plan);
      if (crossing.isPresent()) {
        return new NestShape(registers, 1, crossing.get(), plan.schedule().slow().size());
      }
    }
    return new NestShape(gathers(structure) ? registers : 1, 1, plan);
  }

  /// Independent accumulators.
  private static int vectors(Structure structure, long vectors) {
    int operations = structure.operations();
    int most = operations <= SHORT_BODY / 2 ? 4 : operations <= SHORT_BODY ? 2 : 1;
    return vectors >= most ? most : 1;
  }

  /// The cursors that walk the rows in steps of 1, if all others go along the lanes.
  private static Optional<Set<Integer>> crossing(Plan plan) {
    int row = plan.schedule().row().orElseThrow();
    Structure structure = plan.structure();
    Set<Integer> result = new HashSet<>();
    for (Step step : steps(structure)) {
      switch (step) {
        case Step.Load load -> {
          if (isStrided(structure, load.cursor())) {
            if (plan.sources().get(load.cursor()).strides().get(row) != 1) {
              return Optional.empty();
            }
            result.add(load.cursor());
          }
        }
        case Step.Store store -> {
          if (structure.cursors().get(store.cursor()).vector() != Stride.UNIT) {
            return Optional.empty();
          }
        }
        case Step.Fold _, Step.ArgFold _ -> {
          return Optional.empty(); // of one element: squares have no partial results
        }
        case Step.Compute _, Step.Index _ -> {}
      }
    }
    return Optional.of(result);
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
    return structure.cursors().get(cursor).vector() == Stride.ANY;
  }

  private static List<Step> steps(Structure structure) {
    return structure.stages().stream().map(NestShape::steps).flatMap(List::stream).toList();
  }

  /// All steps of a stage.
  static List<Step> steps(Structure.Stage stage) {
    return Stream.concat(stage.inner().stream(), stage.point().stream()).toList();
  }
}
