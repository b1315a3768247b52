package dev.merapi.kernels.product;

import dev.merapi.kernels.ir.MemoryType;
import dev.merapi.kernels.ir.Routine;
import dev.merapi.kernels.ir.build.Int;
import dev.merapi.kernels.ir.build.Mask;
import dev.merapi.kernels.ir.build.Place;
import dev.merapi.kernels.ir.build.Ptr;
import dev.merapi.kernels.ir.build.RoutineBuilder;
import dev.merapi.kernels.ir.build.Var;
import dev.merapi.kernels.ir.build.Vec;
import java.util.Optional;
import java.util.function.IntFunction;

/// The structure of a routine `(block, a, b, columns, phase, next)` that multiplies one strip of
/// rows by a group of columns for one block of k, tile by tile, and takes the sums to C.
///
/// - `block`: the [Arguments].
/// - `a`, `b`: the strip's first row, and the group's first column, in the first step.
/// - `columns`: the group's first column, and in the high half how many there are.
/// - `phase`: the [Phase], with the strip's first row in C.
/// - `next`: rows of A that are fetched meanwhile: the next strip's, or its own where none follows.
///
/// No byte outside of A, B and C is touched, except in panels.
///
/// @param tile a full one
/// @param a where it finds A
/// @param b where it finds B
/// @param panelVectors vectors of a step in a panel of B
/// @param hasNext whether rows are fetched for the strip that follows
/// @param hasFull whether there may be a full tile
/// @param restVectors vectors of the last tile where that is not full, or 0
/// @param manyBlocks whether k may have more than one block
/// @param epilogue applied to complete sums
/// @param isColumn whether C is a single column of adjacent elements, and the epilogue can be
///   transposed
/// @param form of the code
public record Strip(
    Tile tile,
    SourceA a,
    SourceB b,
    int panelVectors,
    boolean hasNext,
    boolean hasFull,
    int restVectors,
    boolean manyBlocks,
    TileEpilogue epilogue,
    boolean isColumn,
    CodeForm form) {
  private static final MemoryType F32 = MemoryType.F32;
  private static final int HALF = 32;

  /// Of 512 bits.
  private static final int MASKED_LANES = 16;

  public Routine routine() {
    return switch (form) {
      case LONG -> new Code(this).routine();
      case SHORT -> ShortStrip.routine(this);
    };
  }

  /// Bytes for sums that are on their way to C, of strips with a tile's rows or one less.
  static long sumBytes(CodeForm form, Tile tile) {
    return form == CodeForm.LONG ? 0 : ShortStrip.sumBytes(tile);
  }

  /// Whether one code serves full tiles and the last one. Stores with masks are as fast as others
  /// where masks have registers of their own.
  static boolean isMasked(CodeForm form, Tile tile, int restVectors) {
    return form == CodeForm.LONG && restVectors == tile.vectors() && tile.lanes() == MASKED_LANES;
  }

  private boolean isMasked() {
    return isMasked(form, tile, restVectors);
  }

  String name() {
    return "strip_" + tile + "_" + a + "_" + b;
  }

  /// The code of one routine.
  private static final class Code {
    private final Strip strip;
    private final RoutineBuilder r;
    private final int lanes;
    private final Ptr block;
    private final Ptr a;
    private final Int row;
    private final Int steps;
    private final Phase phase;
    private final Int lineA;
    private final Int stepA;
    private final Int stepB;
    private final Int panelBytes;
    private final Int rowC;
    private final Var<Ptr> nextB;
    private final Var<Ptr> nextC;
    private final Var<Int> nextColumn;
    private final Optional<Var<Ptr>> nextRows;
    private final Int count;

    Code(Strip strip) {
      this.strip = strip;
      this.r = new RoutineBuilder(strip.name());
      this.lanes = strip.tile.lanes();
      this.block = r.pointer("block");
      this.a = r.pointer("a");
      Ptr b = r.pointer("b");
      Int columns = r.integer("columns");
      this.phase = new Phase(r.integer("phase"));
      Ptr next = r.pointer("next");
      this.row = phase.row().named("row");
      this.steps = phase.steps().named("steps");
      Int none = r.constant(0);
      this.lineA = strip.a == SourceA.ROWS ? Arguments.LINE_A.integer(block) : none;
      this.stepA = strip.a == SourceA.STEPS ? Arguments.STEP_A.integer(block) : none;
      this.stepB =
          strip.b == SourceB.STEPS
              ? Arguments.STEP_B.integer(block)
              : r.constant(strip.panelVectors * strip.tile.vectorBytes());
      this.panelBytes = stepB.times(steps).named("panelBytes");
      this.rowC = Arguments.ROW_C.integer(block).named("rowC");
      Int column = columns.field(0, HALF).named("column");
      this.count = columns.field(HALF, HALF).named("count");
      Ptr c = Arguments.C.pointer(block).plus(row.times(rowC)).plus(column, F32.bytes());
      this.nextB = r.variable("panelB", b);
      this.nextC = r.variable("c", c);
      this.nextColumn = r.variable("nextColumn", column);
      this.nextRows =
          strip.hasNext && strip.a == SourceA.ROWS
              ? Optional.of(r.variable("nextRows", next))
              : Optional.empty();
    }

    Routine routine() {
      Tile tile = strip.tile;
      Ptr firstC = nextC.get();
      Int firstColumn = nextColumn.get();
      if (strip.hasFull || strip.isMasked()) {
        r.loop(
            r.constant(0),
            strip.isMasked() ? count : count.minus(tile.columns() - 1L),
            tile.columns(),
            column -> {
              tile(tile, masks(tile, strip.isMasked(), count.minus(column)));
              nextB.set(
                  strip.b.isPanel()
                      ? nextB.get().plus(panelBytes.times(tile.vectors() / strip.panelVectors))
                      : nextB.get().plus(tile.columnBytes()));
              nextC.set(nextC.get().plus(tile.columnBytes()));
              nextColumn.set(nextColumn.get().plus(tile.columns()));
              nextRows.ifPresent(
                  rows -> rows.set(rows.get().plus(lineA.times(LinesAhead.ROWS_OF_A_TILE))));
            });
      }
      if (strip.restVectors > 0 && !strip.isMasked()) {
        Int rest = firstColumn.plus(count).minus(nextColumn.get()).named("rest");
        r.when(r.constant(0).lessThan(rest), () -> rest(rest));
      }
      if (!strip.epilogue.isInRegisters()) {
        whenLast(() -> EpilogueRows.of(strip).write(r, block, firstC, row, firstColumn, count));
      }
      return r.build();
    }

    private Mask allLanes() {
      return r.constant(lanes).maskBelow(lanes);
    }

    private void rest(Int rest) {
      Tile narrow = new Tile(strip.tile.rows(), strip.restVectors, lanes);
      tile(narrow, masks(narrow, true, rest));
    }

    /// @param isMasked whether the tile may be the last, whose last vector is not full
    /// @param rest columns that are left
    private IntFunction<Mask> masks(Tile tile, boolean isMasked, Int rest) {
      if (!isMasked) {
        return _ -> allLanes();
      }
      int last = tile.vectors() - 1;
      Mask mask = rest.minus((long) lanes * last).maskBelow(lanes);
      return j -> j == last ? mask : allLanes();
    }

    private void tile(Tile tile, IntFunction<Mask> masks) {
      Sums sums = new Sums(r, tile);
      RowsOfA rows = RowsOfA.start(r, strip.a, tile.rows(), a, lineA, stepA);
      // Panels are filled up, so that there is something to read behind the last column.
      VectorsOfB vectors =
          strip.b.isPanel()
              ? VectorsOfB.panels(
                  r,
                  tile.vectors(),
                  nextB.get(),
                  panelBytes,
                  strip.panelVectors,
                  strip.tile.vectorBytes())
              : VectorsOfB.lines(r, nextB.get(), stepB, strip.tile.vectorBytes());
      IntFunction<Mask> present = strip.b.isPanel() ? _ -> allLanes() : masks;
      var rowsOfA = nextRows.map(row -> r.variable("rowsAhead", row.get()));
      var ahead = new LinesAhead(r, tile, nextC.get(), rowC, rowsOfA, lineA);
      sums.multiply(rows, vectors, steps, present, ahead);
      if (strip.manyBlocks) {
        r.when(phase.first().equalTo(0), () -> addWhatIsThere(tile, sums, masks));
      }
      if (strip.epilogue.isInRegisters() && !strip.epilogue.isNone()) {
        whenLast(() -> applyEpilogue(tile, sums, masks));
      }
      forEach(tile, masks, (i, j, place, mask) -> place.store(F32, sums.at(i, j).get(), mask));
    }

    private void whenLast(Runnable body) {
      if (strip.manyBlocks) {
        r.when(phase.last().equalTo(1), body);
      } else {
        body.run();
      }
    }

    private interface Visitor {
      void visit(int row, int vector, Place place, Mask mask);
    }

    private void forEach(Tile tile, IntFunction<Mask> masks, Visitor visitor) {
      Ptr c = nextC.get();
      for (int i = 0; i < tile.rows(); i++) {
        for (int j = 0; j < tile.vectors(); j++) {
          visitor.visit(i, j, c.at((long) j * lanes * F32.bytes()), masks.apply(j));
        }
        c = c.plus(rowC);
      }
    }

    private void addWhatIsThere(Tile tile, Sums sums, IntFunction<Mask> masks) {
      forEach(
          tile,
          masks,
          (i, j, place, mask) -> {
            Var<Vec> sum = sums.at(i, j);
            sum.set(place.load(F32, lanes, mask).plus(sum.get()));
          });
    }

    private void applyEpilogue(Tile tile, Sums sums, IntFunction<Mask> masks) {
      for (int j = 0; j < tile.vectors(); j++) {
        Int column = nextColumn.get().plus((long) j * lanes);
        EpilogueCode code = new EpilogueCode(r, strip.epilogue, block, row, column, masks.apply(j));
        for (int i = 0; i < tile.rows(); i++) {
          sums.at(i, j).set(code.apply(i, sums.at(i, j).get()));
        }
      }
    }
  }
}
