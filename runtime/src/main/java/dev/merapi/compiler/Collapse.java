package dev.merapi.compiler;

import dev.merapi.spi.Access;
import dev.merapi.spi.LoopNest;
import dev.merapi.spi.LoopNest.Instr;
import dev.merapi.spi.LoopNest.Stage;
import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;

/// Merges neighbouring loops that every access walks as one, and drops loops of extent 1, so that a
/// backend sees the longest inner loops there are, up to what an int counts.
final class Collapse {
  /// Longest loop that is made of two.
  private static final long LONGEST = 1L << 30;

  private Collapse() {}

  static LoopNest apply(LoopNest nest) {
    LoopNest result = nest;
    for (int loop = result.rank() - 1; loop >= 0; loop--) {
      if (result.extents().get(loop) == 1) {
        result = withoutLoop(result, loop, 1);
      }
    }
    for (int loop = result.rank() - 2; loop >= 0; loop--) {
      if (loop + 1 != result.outerRank() && isOneLoop(result, loop)) {
        result = withoutLoop(result, loop, result.extents().get(loop));
      }
    }
    return result.outerRank() == 0 ? withUnitOuterLoop(result) : result;
  }

  private static boolean isOneLoop(LoopNest nest, int loop) {
    long extent = nest.extents().get(loop + 1);
    if (extent > LONGEST / nest.extents().get(loop)) {
      return false;
    }
    return nest.stages().stream()
        .flatMap(stage -> List.of(stage.inner(), stage.point()).stream())
        .flatMap(List::stream)
        .map(Collapse::strides)
        .allMatch(s -> s.isEmpty() || s.get(loop) == s.get(loop + 1) * extent);
  }

  private static List<Long> strides(Instr instr) {
    return switch (instr) {
      case Instr.Load load -> load.access().strides();
      case Instr.Store store -> store.access().strides();
      case Instr.Index index -> index.strides();
      case Instr.Const _, Instr.Apply _, Instr.Fold _, Instr.ArgFold _ -> List.of();
    };
  }

  /// Removes a loop; the next one takes over its iterations.
  private static LoopNest withoutLoop(LoopNest nest, int loop, long factor) {
    var extents = new ArrayList<>(nest.extents());
    extents.remove(loop);
    if (factor != 1) {
      extents.set(loop, extents.get(loop) * factor);
    }
    int outer = nest.outerRank() - (loop < nest.outerRank() ? 1 : 0);
    return restride(
        nest,
        extents,
        outer,
        strides -> {
          var rest = new ArrayList<>(strides);
          rest.remove(loop);
          return rest;
        });
  }

  private static LoopNest withUnitOuterLoop(LoopNest nest) {
    var extents = new ArrayList<>(nest.extents());
    extents.addFirst(1L);
    return restride(
        nest,
        extents,
        1,
        strides -> {
          var more = new ArrayList<>(strides);
          more.addFirst(0L);
          return more;
        });
  }

  private static LoopNest restride(
      LoopNest nest, List<Long> extents, int outer, UnaryOperator<List<Long>> change) {
    var stages =
        nest.stages().stream()
            .map(stage -> new Stage(all(stage.inner(), change), all(stage.point(), change)))
            .toList();
    return new LoopNest(nest.label(), extents, outer, stages);
  }

  private static List<Instr> all(List<Instr> code, UnaryOperator<List<Long>> change) {
    return code.stream().map(instr -> restride(instr, change)).toList();
  }

  private static Instr restride(Instr instr, UnaryOperator<List<Long>> change) {
    return switch (instr) {
      case Instr.Load(int id, var type, Access access) ->
          new Instr.Load(id, type, restride(access, change));
      case Instr.Store(var type, Access access, int operand) ->
          new Instr.Store(type, restride(access, change), operand);
      case Instr.Index(int id, var type, long offset, var strides) ->
          new Instr.Index(id, type, offset, change.apply(strides));
      case Instr.Const _, Instr.Apply _, Instr.Fold _, Instr.ArgFold _ -> instr;
    };
  }

  private static Access restride(Access access, UnaryOperator<List<Long>> change) {
    return new Access(access.buffer(), access.offset(), change.apply(access.strides()));
  }
}
