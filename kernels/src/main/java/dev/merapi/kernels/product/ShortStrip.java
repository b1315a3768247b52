package dev.merapi.kernels.product;

import dev.merapi.kernels.ir.MemoryType;
import dev.merapi.kernels.ir.Routine;
import dev.merapi.kernels.ir.build.Int;
import dev.merapi.kernels.ir.build.Mask;
import dev.merapi.kernels.ir.build.Ptr;
import dev.merapi.kernels.ir.build.RoutineBuilder;
import dev.merapi.kernels.ir.build.Var;
import java.util.function.IntFunction;

/// A [Strip] of [CodeForm#SHORT] routines.
///
/// Sums of a full tile go straight to C in the first block of k. Those of later blocks, and those
/// of the last tile where it is not full, are stored aside and taken to C from there: what C holds
/// comes from far away, so several tiles are taken there at one go, row by row. The epilogue passes
/// over the strip when it is complete, which is in a cache then.
final class ShortStrip {
  private static final MemoryType F32 = MemoryType.F32;
  private static final int HALF = 32;

  /// Tiles side by side whose sums are taken to C together.
  private static final int TOGETHER = 8;

  /// Bytes between rows of A that are read in place, at most. The routine cuts them to that, so
  /// that the JIT knows of four times as many that an `int` holds them, and has the processor add
  /// them when it loads.
  static final long MOST_LINE_BYTES = (1L << 29) - 1;

  private final Strip strip;
  private final Tile tile;
  private final RoutineBuilder r;
  private final Ptr block;
  private final Ptr a;
  private final Phase phase;
  private final Ptr sums;
  private final Int steps;
  private final Int rowC;
  private final Int column;
  private final Int count;
  private final Ptr firstC;
  private final Var<Ptr> nextB;
  private final Var<Ptr> nextC;
  private final Var<Int> rest;

  private ShortStrip(Strip strip) {
    this.strip = strip;
    this.tile = strip.tile();
    this.r = new RoutineBuilder(strip.name());
    this.block = r.pointer("block");
    this.a = r.pointer("a");
    Ptr b = r.pointer("b");
    Int columns = r.integer("columns");
    this.phase = new Phase(r.integer("phase"));
    Ptr _ = r.pointer("next");
    this.sums = Arguments.SUMS.pointer(block);
    this.steps = phase.steps();
    this.rowC = Arguments.ROW_C.integer(block);
    this.column = columns.field(0, HALF);
    this.count = columns.field(HALF, HALF);
    this.firstC =
        Arguments.C.pointer(block).plus(phase.row().times(rowC)).plus(column, F32.bytes());
    this.nextB = r.variable("panelB", b);
    this.nextC = r.variable("c", firstC);
    this.rest = r.variable("rest", count);
  }

  static Routine routine(Strip strip) {
    return new ShortStrip(strip).routine();
  }

  private Routine routine() {
    if (strip.hasFull()) {
      fullTiles();
    }
    if (strip.restVectors() > 0) {
      r.when(r.constant(0).lessThan(rest.get()), this::lastTile);
    }
    if (!strip.epilogue().isNone()) {
      if (strip.manyBlocks()) {
        r.when(phase.last().equalTo(1), this::epilogue);
      } else {
        epilogue();
      }
    }
    return r.build();
  }

  /// Bytes for the sums of tiles that are taken to C together.
  static long sumBytes(Tile tile) {
    return Blocks.align(tile.rows() * lineBytes(tile));
  }

  private static long lineBytes(Tile tile) {
    return TOGETHER * tile.columnBytes();
  }

  private void fullTiles() {
    Routine multiply = full(strip);
    Runnable straight = () -> tiles(count, () -> r.call(multiply, block, a, b(), c(), steps, rowC));
    if (strip.manyBlocks()) {
      r.when(phase.first().equalTo(1), straight, () -> aside(multiply));
    } else {
      straight.run();
    }
  }

  private Ptr b() {
    return nextB.get();
  }

  private Ptr c() {
    return nextC.get();
  }

  /// A loop over the full tiles of some columns.
  private void tiles(Int columns, Runnable body) {
    Int panel = stepB(strip, r, block).times(steps);
    r.loop(
        r.constant(0),
        columns.minus(tile.columns() - 1L),
        tile.columns(),
        _ -> {
          body.run();
          nextB.set(strip.b().isPanel() ? b().plus(panel) : b().plus(tile.columnBytes()));
          nextC.set(c().plus(tile.columnBytes()));
          rest.set(rest.get().minus(tile.columns()));
        });
  }

  private void aside(Routine multiply) {
    Routine take = SumsToC.routine(tile, true);
    Int sumBytes = r.constant(lineBytes(tile));
    r.loop(
        r.constant(0),
        count.minus(tile.columns() - 1L),
        (long) TOGETHER * tile.columns(),
        column -> {
          Ptr first = c();
          Var<Ptr> nextSums = r.variable("nextSums", sums);
          Int most = count.minus(column).min(r.constant((long) TOGETHER * tile.columns()));
          tiles(
              most,
              () -> {
                r.call(multiply, block, a, b(), nextSums.get(), steps, sumBytes);
                nextSums.set(nextSums.get().plus(tile.columnBytes()));
              });
          Int done = count.minus(column).minus(rest.get());
          r.call(take, sums, sumBytes, first, rowC, done, phase.first());
        });
  }

  private void lastTile() {
    Tile narrow = new Tile(tile.rows(), strip.restVectors(), tile.lanes());
    r.call(rest(strip, narrow), block, a, nextB.get(), sums, steps, rest.get());
    r.call(
        SumsToC.routine(narrow, strip.manyBlocks()),
        sums,
        r.constant(narrow.columnBytes()),
        nextC.get(),
        rowC,
        rest.get(),
        phase.first());
  }

  private void epilogue() {
    Routine rows = EpilogueRows.of(strip).routine();
    r.call(rows, block, firstC, phase.row(), column, count);
  }

  private static Int stepB(Strip strip, RoutineBuilder r, Ptr block) {
    return strip.b() == SourceB.STEPS
        ? Arguments.STEP_B.integer(block)
        : r.constant(strip.tile().columnBytes());
  }

  /// `(block, a, b, c, steps, rowBytes)` for a full tile.
  private static Routine full(Strip strip) {
    Tile tile = strip.tile();
    RoutineBuilder r = new RoutineBuilder("tile_" + tile);
    Ptr block = r.pointer("block");
    Ptr a = r.pointer("a");
    Ptr b = r.pointer("b");
    Ptr c = r.pointer("c");
    Int steps = r.integer("steps");
    Int rowBytes = r.integer("rowBytes");
    multiply(strip, tile, r, block, a, b, steps, _ -> allLanes(r, tile)).store(c, rowBytes);
    return r.build();
  }

  /// `(block, a, b, sums, steps, rest)` for the last tile, of which so many columns exist. Panels
  /// are filled up, so that there is something to read behind the last column.
  private static Routine rest(Strip strip, Tile narrow) {
    RoutineBuilder r = new RoutineBuilder("rest_" + narrow);
    Ptr block = r.pointer("block");
    Ptr a = r.pointer("a");
    Ptr b = r.pointer("b");
    Ptr sums = r.pointer("sums");
    Int steps = r.integer("steps");
    Int rest = r.integer("rest");
    int last = narrow.vectors() - 1;
    Mask mask =
        strip.b().isPanel()
            ? allLanes(r, narrow)
            : rest.minus((long) last * narrow.lanes()).maskBelow(narrow.lanes());
    IntFunction<Mask> masks = j -> j == last ? mask : allLanes(r, narrow);
    multiply(strip, narrow, r, block, a, b, steps, masks)
        .store(sums, r.constant(narrow.columnBytes()));
    return r.build();
  }

  private static Mask allLanes(RoutineBuilder r, Tile tile) {
    return r.constant(tile.lanes()).maskBelow(tile.lanes());
  }

  private static Sums multiply(
      Strip strip,
      Tile tile,
      RoutineBuilder r,
      Ptr block,
      Ptr a,
      Ptr b,
      Int steps,
      IntFunction<Mask> masks) {
    Int none = r.constant(0);
    Int lineA =
        strip.a() == SourceA.ROWS ? Arguments.LINE_A.integer(block).and(MOST_LINE_BYTES) : none;
    Int stepA = strip.a() == SourceA.STEPS ? Arguments.STEP_A.integer(block) : none;
    Sums sums = new Sums(r, tile);
    RowsOfA rows = RowsOfA.start(r, strip.a(), tile.rows(), a, lineA, stepA);
    VectorsOfB vectors = VectorsOfB.lines(r, b, stepB(strip, r, block), tile.vectorBytes());
    sums.multiply(rows, vectors, steps, 1, masks);
    return sums;
  }
}
