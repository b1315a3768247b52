package dev.merapi.kernels.product;

import dev.merapi.kernels.ir.MemoryType;
import dev.merapi.kernels.ir.Routine;
import dev.merapi.kernels.ir.build.Int;
import dev.merapi.kernels.ir.build.Ptr;
import dev.merapi.kernels.ir.build.RoutineBuilder;
import dev.merapi.kernels.ir.build.Var;
import java.util.Optional;

/// The structure of a routine `(block, a, b, columns, phase, strips)` that multiplies strips of
/// rows of one height, one after the other, by a group of columns for one block of k.
///
/// - `block`: the [Arguments].
/// - `a`: the first strip's first row, in the first step.
/// - `b`: the group's first column, in the first step.
/// - `columns`: [#pair] of the group's first column and how many there are.
/// - `phase`: the [Phase], with the first strip's first row in C.
/// - `strips`: [#pair] of the first strip's number among those whose panels are kept, and how many
///   strips there are.
///
/// Heights are all that makes kernels of similar products differ, and each is a kernel of its own:
/// so whatever sizes a model meets, it soon has them all.
///
/// @param packA how A is packed, if it is
public record Strips(Strip strip, Optional<Packing.Order> packA) {
  private static final int HALF = 32;

  /// Two numbers in one word.
  static long pair(int low, int high) {
    return (long) high << HALF | low;
  }

  int rows() {
    return strip.tile().rows();
  }

  public Routine routine() {
    int rows = rows();
    RoutineBuilder r = new RoutineBuilder("strips_" + strip.tile());
    Ptr block = r.pointer("block");
    Ptr a = r.pointer("a");
    Ptr b = r.pointer("b");
    Int columns = r.integer("columns");
    Phase phase = new Phase(r.integer("phase"));
    Int strips = r.integer("strips");
    Int count = strips.field(HALF, HALF);
    Int line = Arguments.LINE_A.integer(block);
    Int stripBytes = line.times(rows);
    Int last = count.minus(1).plus(phase.follows());
    Var<Ptr> source = r.variable("source", a);
    Var<Int> at = r.variable("at", phase.word());
    Routine multiply = strip.routine();
    Optional<Var<Ptr>> panel =
        packA.map(_ -> {
          Int before = strips.field(0, HALF).times(Arguments.PANEL_A.integer(block));
          return r.variable("panel", Arguments.PANELS_A.pointer(block).plus(before));
        });
    r.loop(
        r.constant(0),
        count,
        1,
        i -> {
          Ptr start = source.get();
          panel.ifPresent(to -> pack(r, block, phase, start, to.get()));
          Ptr from = panel.map(Var::get).orElse(start);
          Ptr next = start.plus(stripBytes.times(last.minus(i).min(r.constant(1))));
          r.call(multiply, block, from, b, columns, at.get(), next);
          source.set(start.plus(stripBytes));
          at.set(at.get().plus((long) rows << HALF));
          panel.ifPresent(to -> to.set(to.get().plus(Arguments.PANEL_A.integer(block))));
        });
    return r.build();
  }

  private void pack(RoutineBuilder r, Ptr block, Phase phase, Ptr source, Ptr panel) {
    Packing packing = new Packing(packA.orElseThrow(), rows(), strip.tile().lanes(), strip.form());
    r.when(
        phase.packs().equalTo(1),
        () ->
            r.call(
                packing.routine(),
                source,
                panel,
                phase.steps(),
                r.constant(rows()),
                Arguments.LINE_A.integer(block),
                Arguments.STEP_A.integer(block)));
  }

  /// Bytes of a panel of A.
  long panelBytes(int steps) {
    return Blocks.align((long) steps * rows() * MemoryType.F32.bytes());
  }
}
