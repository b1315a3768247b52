package dev.merapi.kernels.loop;

import dev.merapi.kernels.loop.Structure.Form;
import dev.merapi.spi.LoopNest;
import dev.merapi.spi.LoopNest.Instr;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/// Which loop of a nest becomes what: the choice of how to vectorise. A pure function of the nest,
/// because the order of sums depends on it.
///
/// @param isStrided whether no loop has unit strides in all accesses
/// @param vector the loop along the lanes
/// @param slow the outer loops but one, outermost first
/// @param row the last outer loop, if one is left
/// @param levels the scalar inner loops, outermost first
record Schedule(
    Form form,
    boolean isStrided,
    int vector,
    List<Integer> slow,
    Optional<Integer> row,
    List<Integer> levels) {

  static Schedule of(LoopNest nest) {
    Optional<Integer> map = longest(nest, outer(nest), loop -> isUnit(nest, loop, true));
    Optional<Integer> row =
        hasArgFold(nest)
            ? Optional.empty()
            : longest(nest, inner(nest), loop -> isUnit(nest, loop, false));
    boolean mapFillsLanes =
        map.isPresent() && nest.extents().get(map.get()) >= Structure.PARTIALS / 2;
    if (mapFillsLanes || (map.isPresent() && row.isEmpty() && isVector(nest, map.get()))) {
      return map(nest, false, map.get());
    }
    if (row.isPresent() && isVector(nest, row.get())) {
      return row(nest, row.get());
    }
    return map(nest, true, scalarLoop(nest));
  }

  private static boolean isVector(LoopNest nest, int loop) {
    return nest.extents().get(loop) > 1;
  }

  private static Schedule map(LoopNest nest, boolean isStrided, int vector) {
    List<Integer> rest = outer(nest).filter(loop -> loop != vector).boxed().toList();
    List<Integer> outer = isStrided ? crossedLast(nest, rest, vector) : rest;
    return withRow(Form.MAP, isStrided, vector, outer, inner(nest).boxed().toList());
  }

  /// Without vectors, the last outer loop is one that strided loads walk in steps of 1, if there is
  /// such a loop: then squares can be turned.
  private static List<Integer> crossedLast(LoopNest nest, List<Integer> loops, int vector) {
    List<Integer> result = new ArrayList<>(loops);
    loops.stream()
        .filter(loop ->
            nest.extents().get(loop) > 1
                && loads(nest).anyMatch(load -> stride(load, loop) == 1)
                && loads(nest)
                    .allMatch(
                        load -> Math.abs(stride(load, vector)) < 2 || stride(load, loop) == 1))
        .findFirst()
        .ifPresent(loop -> {
          result.remove(loop);
          result.add(loop);
        });
    return result;
  }

  private static Schedule row(LoopNest nest, int vector) {
    List<Integer> levels = inner(nest).filter(loop -> loop != vector).boxed().toList();
    return withRow(Form.ROW, false, vector, outer(nest).boxed().toList(), levels);
  }

  private static Schedule withRow(
      Form form, boolean isStrided, int vector, List<Integer> outer, List<Integer> levels) {
    if (outer.isEmpty()) {
      return new Schedule(form, isStrided, vector, List.of(), Optional.empty(), levels);
    }
    return new Schedule(
        form,
        isStrided,
        vector,
        outer.subList(0, outer.size() - 1),
        Optional.of(outer.getLast()),
        levels);
  }

  /// Where there are no vectors, the innermost loop is one that stores walk without gaps.
  private static int scalarLoop(LoopNest nest) {
    return outer(nest)
        .boxed()
        .filter(loop -> stores(nest).allMatch(store -> stride(store, loop) == 1))
        .findFirst()
        .orElse(nest.outerRank() - 1);
  }

  private static Optional<Integer> longest(
      LoopNest nest, IntStream loops, Predicate<Integer> condition) {
    return loops
        .boxed()
        .filter(condition)
        .max(Comparator.<Integer>comparingLong(nest.extents()::get).thenComparing(loop -> loop));
  }

  /// Whether every access walks the loop in steps of 0 or 1, and every store in steps of 1. Point
  /// code does not run along an inner loop.
  private static boolean isUnit(LoopNest nest, int loop, boolean withPoints) {
    for (LoopNest.Stage stage : nest.stages()) {
      var code = new ArrayList<>(stage.inner());
      if (withPoints) {
        code.addAll(stage.point());
      }
      for (Instr instr : code) {
        boolean fits =
            switch (instr) {
              case Instr.Load load -> stride(load, loop) == 0 || stride(load, loop) == 1;
              case Instr.Store store -> stride(store, loop) == 1;
              case Instr.Const _, Instr.Index _, Instr.Apply _, Instr.Fold _, Instr.ArgFold _ ->
                  true;
            };
        if (!fits) {
          return false;
        }
      }
    }
    return true;
  }

  private static Stream<Instr.Store> stores(LoopNest nest) {
    return instructions(nest, Instr.Store.class);
  }

  private static Stream<Instr.Load> loads(LoopNest nest) {
    return instructions(nest, Instr.Load.class);
  }

  private static <T extends Instr> Stream<T> instructions(LoopNest nest, Class<T> kind) {
    return nest.stages().stream()
        .flatMap(stage -> List.of(stage.inner(), stage.point()).stream())
        .flatMap(List::stream)
        .filter(kind::isInstance)
        .map(kind::cast);
  }

  private static boolean hasArgFold(LoopNest nest) {
    return nest.stages().stream()
        .flatMap(stage -> stage.inner().stream())
        .anyMatch(Instr.ArgFold.class::isInstance);
  }

  private static long stride(Instr.Load load, int loop) {
    return load.access().strides().get(loop);
  }

  private static long stride(Instr.Store store, int loop) {
    return store.access().strides().get(loop);
  }

  private static IntStream outer(LoopNest nest) {
    return IntStream.range(0, nest.outerRank());
  }

  private static IntStream inner(LoopNest nest) {
    return IntStream.range(nest.outerRank(), nest.rank());
  }
}
