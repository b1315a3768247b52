package dev.merapi.kernels.product;

import dev.merapi.kernels.ir.Comparison;
import dev.merapi.kernels.ir.MemoryType;
import dev.merapi.kernels.ir.Routine;
import dev.merapi.kernels.ir.build.Cond;
import dev.merapi.kernels.ir.build.Int;
import dev.merapi.kernels.ir.build.Ptr;
import dev.merapi.kernels.ir.build.RoutineBuilder;
import java.util.Optional;

/// The structure of a routine `(block, firstStrip, endStrip, firstColumn, endColumn, area)` that
/// computes some strips of rows and some columns of a product: all of it, or a thread's part.
///
/// - `block`: the [Arguments].
/// - `firstStrip`, `endStrip`: the first [Arguments#TALL_STRIPS] strips have `strip.tile().rows()`
///   rows, those behind them one less.
/// - `firstColumn`, `endColumn`: multiples of the tile's columns, but for the end of all.
/// - `area`: of this part alone, for sums ([Strip#sumBytes]), panels of A ([Arguments#BYTES_A]) and
///   of B.
///
/// For each block of k, a group of panels of B stays in the second level of cache while a group of
/// strips of A passes by. Rows of a result are written along, so that the processor, which
/// recognises streams, fetches them.
///
/// @param strip of the higher strips
/// @param hasShort whether there are strips with one row less
/// @param packA how A is packed, if it is
/// @param packB how B is packed in each run, if it is
/// @param groupStrips strips that pass by a group of columns, until B is packed again
/// @param groupColumns columns of a group, a multiple of the tile's
public record Product(
    Strip strip,
    boolean hasShort,
    Optional<Packing.Order> packA,
    Optional<Packing.Order> packB,
    int groupStrips,
    int groupColumns) {

  public Routine routine() {
    return new Code(this).routine();
  }

  /// The code of one routine.
  private static final class Code {
    private final Product product;
    private final Tile tile;
    private final RoutineBuilder r;
    private final Ptr block;
    private final Int firstStrip;
    private final Int endStrip;
    private final Int firstColumn;
    private final Int endColumn;
    private final Ptr sums;
    private final Ptr areaA;
    private final Ptr areaB;
    private final Int tall;
    private final Int steps;

    Code(Product product) {
      this.product = product;
      this.tile = product.strip.tile();
      this.r = new RoutineBuilder("product_" + tile);
      this.block = r.pointer("block");
      this.firstStrip = r.integer("firstStrip");
      this.endStrip = r.integer("endStrip");
      this.firstColumn = r.integer("firstColumn");
      this.endColumn = r.integer("endColumn");
      this.sums = r.pointer("area");
      this.areaA = sums.plus(product.strip.sumBytes());
      this.areaB = areaA.plus(Arguments.BYTES_A.integer(block));
      this.tall = Arguments.TALL_STRIPS.integer(block);
      this.steps = Arguments.STEPS.integer(block);
    }

    Routine routine() {
      r.loop(
          firstStrip,
          endStrip,
          product.groupStrips,
          strip -> {
            Int end = strip.plus(product.groupStrips).min(endStrip);
            // An empty sum is a block of no steps, which stores zeros.
            r.loop(
                r.constant(0),
                steps.max(r.constant(1)),
                Definition.BLOCK,
                step -> blockOfSteps(strip, end, step));
          });
      return r.build();
    }

    private void blockOfSteps(Int strip, Int endStrips, Int step) {
      Phase phase = Phase.of(r, step, steps);
      r.loop(
          firstColumn,
          endColumn,
          product.groupColumns,
          column -> {
            Int count = endColumn.minus(column).min(r.constant(product.groupColumns));
            Group group =
                new Group(strip, column, count, step, phase, b(column, count, step, phase));
            if (product.hasShort) {
              strips(product.strip, group, strip, endStrips.min(tall), r.constant(0));
              strips(product.strip.shorter(), group, strip.max(tall), endStrips, tall);
            } else {
              strips(product.strip, group, strip, endStrips, r.constant(0));
            }
          });
    }

    private Ptr b(Int column, Int count, Int step, Phase phase) {
      Ptr b = Arguments.B.pointer(block);
      int bytes = MemoryType.F32.bytes();
      return switch (product.strip.b()) {
        case STEPS -> b.plus(step.times(Arguments.STEP_B.integer(block))).plus(column, bytes);
        case WEIGHTS -> {
          Int ofBlocks = step.times(Arguments.PANEL_COLUMNS.integer(block));
          yield b.plus(ofBlocks, bytes).plus(column.times(phase.steps()), bytes);
        }
        case PANEL -> {
          Int line = Arguments.LINE_B.integer(block);
          Int stride = Arguments.STEP_B.integer(block);
          Ptr source = b.plus(step.times(stride)).plus(column.times(line));
          Packing packing = packing(product.packB.orElseThrow(), tile.columns());
          r.call(packing.routine(), source, areaB, phase.steps(), count, line, stride);
          yield areaB;
        }
      };
    }

    private Packing packing(Packing.Order order, int width) {
      return new Packing(order, width, tile.lanes(), product.strip.form());
    }

    /// What passes by at a time.
    ///
    /// @param strip the group's first
    /// @param step first one of the block of k
    private record Group(Int strip, Int column, Int count, Int step, Phase phase, Ptr b) {}

    /// Multiplies some strips of a group.
    ///
    /// @param extraRows rows by which they begin lower than their number times their height
    private void strips(Strip strip, Group group, Int from, Int to, Int extraRows) {
      int height = strip.tile().rows();
      Routine multiply = strip.routine();
      Optional<Routine> pack = product.packA.map(order -> packing(order, height).routine());
      Int steps = group.phase.steps();
      Int line = Arguments.LINE_A.integer(block);
      Int stride = Arguments.STEP_A.integer(block);
      Ptr start = Arguments.A.pointer(block).plus(group.step.times(stride));
      Int panelBytes = Arguments.PANEL_A.integer(block);
      Int columns = Strip.pair(group.column, group.count);
      Cond isFirstGroup = group.column.compare(Comparison.EQ, firstColumn);
      r.loop(
          from,
          to,
          1,
          number -> {
            Int row = number.times(height).plus(extraRows);
            Ptr source = start.plus(row.times(line));
            Ptr a =
                pack.isEmpty() ? source : areaA.plus(number.minus(group.strip).times(panelBytes));
            pack.ifPresent(routine ->
                r.when(
                    isFirstGroup,
                    () -> r.call(routine, source, a, steps, r.constant(height), line, stride)));
            r.call(multiply, block, a, group.b, columns, group.phase.at(row).word(), sums);
          });
    }
  }
}
