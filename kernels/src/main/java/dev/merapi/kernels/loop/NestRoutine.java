package dev.merapi.kernels.loop;

import dev.merapi.kernels.ir.MaskType;
import dev.merapi.kernels.ir.MemoryType;
import dev.merapi.kernels.ir.Routine;
import dev.merapi.kernels.ir.build.Cond;
import dev.merapi.kernels.ir.build.Handle;
import dev.merapi.kernels.ir.build.Int;
import dev.merapi.kernels.ir.build.Mask;
import dev.merapi.kernels.ir.build.Place;
import dev.merapi.kernels.ir.build.Ptr;
import dev.merapi.kernels.ir.build.RoutineBuilder;
import dev.merapi.kernels.ir.build.Var;
import dev.merapi.kernels.ir.build.Vec;
import dev.merapi.kernels.loop.Cursor.Kind;
import dev.merapi.kernels.loop.Cursor.Stride;
import dev.merapi.kernels.loop.Structure.Form;
import dev.merapi.kernels.loop.Structure.Stage;
import dev.merapi.kernels.math.FloatChains;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import java.util.function.IntFunction;
import java.util.stream.Stream;

/// A nest written in the kernel IR: the routine of a [Structure], `(arguments, scratch, rows,
/// count, groups, start)`. It runs all rows of `groups` points of the [SlowLoops], from the place
/// `start` on, which it only reads. In the scratch it keeps the place meanwhile.
final class NestRoutine {
  /// Most elements that are kept in vectors of their own before a loop along the lanes.
  private static final int MAX_FIXED = 8;

  /// The fastest of the slow loops, whose steps are written one in the other. More would be deeper
  /// than HotSpot's C1 walks on its stack: seen with ten, the process ends.
  private static final int SPELLED_OUT = 3;

  private final Structure structure;
  private final NestShape shape;
  private final RoutineBuilder b;
  private final Ptr scratch;
  private final Ptr start;

  /// Where the cursors' values are read: the scratch, or `start` where the place never moves.
  private final Ptr frame;

  private final Int rows;
  private final Int count;
  private final Int groups;
  private final Ptr arguments;
  private final NestStrides strides;
  private final NestValues constants;

  private NestRoutine(Structure structure, NestShape shape) {
    this.structure = structure;
    this.shape = shape;
    this.b = new RoutineBuilder("loop" + structure.form() + shape.lanes());
    this.arguments = b.pointer("arguments");
    this.scratch = b.pointer("scratch");
    this.rows = b.integer("rows");
    this.count = b.integer("count");
    this.groups = b.integer("groups");
    this.start = b.pointer("start");
    this.frame = shape.slow() == 0 ? start : scratch;
    this.strides = new NestStrides(structure, arguments);
    this.constants = NestValues.of(b, structure.constants());
  }

  static Routine of(Structure structure, NestShape shape) {
    return new NestRoutine(structure, shape).routine();
  }

  private Routine routine() {
    if (shape.slow() == 0) {
      rows();
    } else {
      var slow = new SlowLoops(structure, shape.slow());
      for (int at = 0; at < slow.placeBytes(); at += Long.BYTES) {
        scratch.at(at).store(MemoryType.I64, start.at(at).loadInt(MemoryType.I64));
      }
      b.loop(
          groups,
          _ -> {
            rows();
            next(slow, slow.count() - 1);
          });
    }
    return b.build();
  }

  /// Goes to the next point of the slow loops up to one, the last of which is the fastest.
  private void next(SlowLoops slow, int loop) {
    if (loop < 0) {
      return;
    }
    if (loop < slow.count() - SPELLED_OUT) {
      nextOfMany(slow, loop);
      return;
    }
    var counter = scratch.at(slow.counterOffset(loop));
    Int next = counter.loadInt(MemoryType.I64).plus(1);
    Int extent = arguments.at(slow.extentOffset(loop)).loadInt(MemoryType.I64);
    b.when(
        next.lessThan(extent),
        () -> {
          counter.store(MemoryType.I64, next);
          moveAlong(slow, loop, b.constant(1));
        },
        () -> {
          counter.store(MemoryType.I64, b.constant(0));
          moveAlong(slow, loop, b.constant(1).minus(extent));
          next(slow, loop - 1);
        });
  }

  /// The same in a loop over the loops: what one has ended with carries over to the next.
  private void nextOfMany(SlowLoops slow, int last) {
    Var<Int> carry = b.variable("carry", b.constant(1));
    b.loop(
        b.constant(last + 1L),
        turn -> {
          Int loop = b.constant(last).minus(turn);
          var counter = scratch.at(loop, Long.BYTES, slow.counterOffset(0));
          Int extent = arguments.at(loop, Long.BYTES, slow.extentOffset(0)).loadInt(MemoryType.I64);
          Int next = counter.loadInt(MemoryType.I64).plus(carry.get());
          Int ended = next.minus(extent).plus(1).max(b.constant(0));
          Int back = ended.times(extent);
          counter.store(MemoryType.I64, next.minus(back));
          Int steps = carry.get().minus(back);
          for (int c = 0; c < structure.cursors().size(); c++) {
            move(c, arguments.at(loop, Long.BYTES, slow.strideOffset(c, 0)), steps);
          }
          carry.set(ended);
        });
  }

  private void moveAlong(SlowLoops slow, int loop, Int steps) {
    for (int c = 0; c < structure.cursors().size(); c++) {
      move(c, arguments.at(slow.strideOffset(c, loop)), steps);
    }
  }

  private void move(int c, Place stride, Int steps) {
    var value = scratch.at(structure.frameOffset(c));
    Int distance = stride.loadInt(MemoryType.I64).times(steps);
    switch (first(c)) {
      case Ptr pointer -> value.store(MemoryType.I64, pointer.plus(distance));
      case Int number -> value.store(MemoryType.I64, number.plus(distance));
      case Vec _, Mask _, Cond _ -> throw new IllegalStateException("no cursor: number=" + c);
    }
  }

  private void rows() {
    List<Moving> cursors = new ArrayList<>();
    for (int c = 0; c < structure.cursors().size(); c++) {
      cursors.add(moving(c, first(c)));
    }
    int together = shape.crossing().isEmpty() ? 1 : shape.lanes();
    b.loop(
        b.constant(0),
        rows,
        together,
        row -> {
          List<Handle> at = cursors.stream().map(Moving::get).toList();
          NestPlace place = new NestPlace(b, structure, strides, at, null);
          if (together > 1) {
            new NestSquares(b, structure, shape, strides, constants)
                .line(place, rows.minus(row), count);
          } else {
            switch (structure.form()) {
              case MAP -> alongPoints(place);
              case ROW -> row(place);
            }
          }
          for (int c = 0; c < cursors.size(); c++) {
            cursors.get(c).advance(strides.row(c).times(together));
          }
        });
  }

  private Handle first(int c) {
    var place = frame.at(structure.frameOffset(c));
    return structure.cursors().get(c).kind() == Kind.ADDRESS
        ? place.loadPointer()
        : place.loadInt(MemoryType.I64);
  }

  /// A cursor as a variable of a loop.
  private sealed interface Moving {
    Handle get();

    void advance(Int step);

    record Address(Var<Ptr> variable) implements Moving {
      @Override
      public Handle get() {
        return variable.get();
      }

      @Override
      public void advance(Int step) {
        variable.set(variable.get().plus(step));
      }
    }

    record Number(Var<Int> variable) implements Moving {
      @Override
      public Handle get() {
        return variable.get();
      }

      @Override
      public void advance(Int step) {
        variable.set(variable.get().plus(step));
      }
    }
  }

  private Moving moving(int c, Handle first) {
    return first instanceof Ptr pointer
        ? new Moving.Address(b.variable("at" + c, pointer))
        : new Moving.Number(b.variable("at" + c, (Int) first));
  }

  private Mask all(int lanes) {
    return b.mask(lanes, new MaskType(lanes).all());
  }

  // Points

  /// A map: all stages for some vectors of points at once.
  private void alongPoints(NestPlace place) {
    Map<Integer, Handle> fixed =
        structure.levels() == 0 && !structure.isStrided()
            ? fixed(place, structure.stages().stream().map(NestShape::steps).flatMap(List::stream))
            : Map.of();
    turns(
        b.constant(0),
        count,
        1,
        (at, vectors, lanes, masks) -> points(place.along(at), vectors, lanes, masks, fixed));
  }

  private void points(
      NestPlace place,
      int vectors,
      int lanes,
      IntFunction<Mask> masks,
      Map<Integer, Handle> fixed) {
    List<NestValues> values = new ArrayList<>();
    for (int i = 0; i < vectors; i++) {
      values.add(constants.inside(lanes));
    }
    for (Stage stage : structure.stages()) {
      NestFolds folds = new NestFolds(b, Form.MAP, stage, lanes, vectors);
      folds.begin();
      Set<Integer> used = cursors(stage);
      NestPlace start = structure.levels() == 0 ? place : place.settled(used);
      Consumer<NestPlace> body =
          here -> {
            for (int i = 0; i < vectors; i++) {
              NestValues inner = values.get(i).inside(lanes);
              steps(new NestLanes(here, i, masks.apply(i)), inner, fixed)
                  .write(stage.inner(), Optional.of(folds));
            }
          };
      inLevels(0, start, used, stage.hasLongSums() ? Optional.of(folds) : Optional.empty(), body);
      folds.finish(values);
      for (int i = 0; i < vectors; i++) {
        steps(new NestLanes(place, i, masks.apply(i)), values.get(i), fixed)
            .write(stage.point(), Optional.empty());
      }
    }
  }

  /// A row: all stages for one point. What is computed once for it is computed in scalars.
  private void row(NestPlace place) {
    NestValues values = constants.inside(1);
    for (Stage stage : structure.stages()) {
      NestFolds folds = new NestFolds(b, Form.ROW, stage, shape.lanes(), shape.vectors());
      folds.begin();
      if (!stage.inner().isEmpty()) {
        inLevels(
            0,
            place,
            cursors(stage),
            Optional.empty(),
            here -> alongRow(stage, here, values, folds));
      }
      folds.finish(List.of(values));
      steps(new NestLanes(place, 0, all(1)), values, Map.of())
          .write(stage.point(), Optional.empty());
    }
  }

  private void alongRow(Stage stage, NestPlace place, NestValues values, NestFolds folds) {
    Map<Integer, Handle> fixed = fixed(place, stage.inner().stream());
    Turn turn =
        (at, vectors, lanes, masks) -> {
          for (int i = 0; i < vectors; i++) {
            steps(new NestLanes(place.along(at), i, masks.apply(i)), values.inside(lanes), fixed)
                .write(stage.inner(), Optional.of(folds));
          }
        };
    int rest = Structure.PARTIALS / shape.lanes();
    if (stage.hasLongSums()) {
      pieces(count, structure.width(), folds, (from, to) -> turns(from, to, rest, turn));
    } else {
      turns(b.constant(0), count, rest, turn);
    }
  }

  private NestSteps steps(NestLanes lanes, NestValues values, Map<Integer, Handle> fixed) {
    return new NestSteps(b, structure, lanes, values, fixed);
  }

  private static Set<Integer> cursors(Stage stage) {
    Set<Integer> used = new HashSet<>();
    stage.inner().forEach(step -> used.addAll(step.cursors()));
    return used;
  }

  /// Elements that all lanes share, read once. Stores go along the lanes in steps of 1, so they
  /// never write what is read here.
  private Map<Integer, Handle> fixed(NestPlace place, Stream<Step> steps) {
    Map<Integer, Handle> result = new HashMap<>();
    steps
        .filter(Step.Load.class::isInstance)
        .map(Step.Load.class::cast)
        .filter(load -> structure.cursors().get(load.cursor()).vector() == Stride.ZERO)
        .forEach(load -> {
          if (result.size() < MAX_FIXED) {
            result.computeIfAbsent(load.cursor(), _ -> NestSteps.splat(place, load, shape.lanes()));
          }
        });
    return result;
  }

  // Loops

  /// The scalar inner loops from a level on.
  ///
  /// @param used cursors that the body uses
  /// @param chains folds that want the innermost loop in pieces
  private void inLevels(
      int level,
      NestPlace place,
      Set<Integer> used,
      Optional<NestFolds> chains,
      Consumer<NestPlace> body) {
    if (level == structure.levels()) {
      body.accept(place);
      return;
    }
    Map<Integer, Moving> moving = new HashMap<>();
    for (int c : used) {
      if (structure.cursors().get(c).levels().get(level) == Stride.ANY) {
        moving.put(c, moving(c, place.at().get(c)));
      }
    }
    Consumer<Int> turn =
        _ -> {
          List<Handle> at = new ArrayList<>(place.at());
          moving.forEach((c, cursor) -> at.set(c, cursor.get()));
          inLevels(level + 1, place.with(at), used, chains, body);
          moving.forEach((c, cursor) -> cursor.advance(strides.level(c, level)));
        };
    Int extent = strides.extent(level);
    if (chains.isPresent() && level == structure.levels() - 1) {
      pieces(extent, 1, chains.get(), (from, to) -> b.loop(from, to, 1, turn));
    } else {
      b.loop(extent, turn);
    }
  }

  /// A loop in pieces of as many turns as a chain has terms.
  private void pieces(Int to, int width, NestFolds folds, BiConsumer<Int, Int> piece) {
    long step = (long) FloatChains.LONGEST * width;
    b.loop(
        b.constant(0),
        to,
        step,
        from -> {
          folds.beginChains();
          piece.accept(from, from.plus(step).min(to));
          folds.endChains();
        });
  }

  /// What is done with some vectors.
  private interface Turn {
    /// @param masks lanes that there are of each
    void write(Int at, int vectors, int lanes, IntFunction<Mask> masks);
  }

  /// A loop along elements: full turns, then shorter ones, masked at the end. Elements that are
  /// accessed one by one have no masks: their rest is scalar.
  ///
  /// @param rest vectors of a shorter turn
  private void turns(Int from, Int to, int rest, Turn turn) {
    int lanes = shape.lanes();
    int width = shape.vectors() * lanes;
    Int full = from.plus(to.minus(from).and(-width));
    b.loop(from, full, width, at -> turn.write(at, shape.vectors(), lanes, _ -> all(lanes)));
    if (structure.isStrided()) {
      if (lanes > 1) {
        b.loop(full, to, 1, at -> turn.write(at, 1, 1, _ -> all(1)));
      }
      return;
    }
    Consumer<Int> shorter =
        at ->
            turn.write(at, rest, lanes, i -> to.minus(at).minus((long) i * lanes).maskBelow(lanes));
    if (shape.vectors() > rest) {
      b.loop(full, to, (long) rest * lanes, shorter);
    } else {
      b.when(full.lessThan(to), () -> shorter.accept(full));
    }
  }
}
