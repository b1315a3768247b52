package dev.merapi.kernels.loop;

import dev.merapi.kernels.ir.MaskType;
import dev.merapi.kernels.ir.build.Handle;
import dev.merapi.kernels.ir.build.Int;
import dev.merapi.kernels.ir.build.Mask;
import dev.merapi.kernels.ir.build.Place;
import dev.merapi.kernels.ir.build.Ptr;
import dev.merapi.kernels.ir.build.RoutineBuilder;
import dev.merapi.kernels.ir.build.Transposition;
import dev.merapi.kernels.ir.build.Vec;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/// Maps whose loads go along the rows where their stores go along the lanes, as in a transposing
/// copy: squares of as many rows as lanes are read along the rows and turned in registers.
final class NestSquares {
  private final RoutineBuilder b;
  private final Structure structure;
  private final NestStrides strides;
  private final NestValues constants;
  private final int side;

  /// The first load of each cursor that goes along the rows.
  private final Map<Integer, Step.Load> crossing = new TreeMap<>();

  private final List<Integer> others = new ArrayList<>();

  NestSquares(
      RoutineBuilder b,
      Structure structure,
      NestShape shape,
      NestStrides strides,
      NestValues constants) {
    this.b = b;
    this.structure = structure;
    this.strides = strides;
    this.constants = constants;
    this.side = shape.lanes();
    for (Structure.Stage stage : structure.stages()) {
      for (Step step : NestShape.steps(stage)) {
        if (step instanceof Step.Load load && shape.crossing().contains(load.cursor())) {
          crossing.putIfAbsent(load.cursor(), load);
        }
      }
    }
    for (int c = 0; c < structure.cursors().size(); c++) {
      if (!crossing.containsKey(c)) {
        others.add(c);
      }
    }
  }

  /// A line of squares.
  ///
  /// @param place at the first of its rows
  /// @param rows that there are, from the first on
  void line(NestPlace place, Int rows, Int count) {
    Map<Integer, Int> steps = new HashMap<>();
    others.forEach(c -> steps.put(c, strides.row(c)));
    Int lines = rows.min(b.constant(side));
    b.loop(
        b.constant(0),
        count,
        side,
        at -> {
          Int columns = count.minus(at).min(b.constant(side));
          b.when(
              lines.plus(columns).lessThan(2L * side),
              () -> square(place.along(at), steps, Optional.of(new Edge(lines, columns))),
              () -> square(place.along(at), steps, Optional.empty()));
        });
  }

  /// The part of a square that there is.
  private record Edge(Int lines, Int columns) {}

  private void square(NestPlace place, Map<Integer, Int> steps, Optional<Edge> edge) {
    Map<Integer, List<Handle>> turned = new HashMap<>();
    crossing.forEach((c, load) -> turned.put(c, turned(place, load, edge)));
    Mask mask =
        edge.map(part -> part.columns().maskBelow(side))
            .orElseGet(() -> b.mask(side, new MaskType(side).all()));
    NestPlace row = place;
    for (int i = 0; i < side; i++) {
      int number = i;
      Map<Integer, Handle> here = new HashMap<>();
      turned.forEach((c, rows) -> here.put(c, rows.get(number)));
      NestPlace at = row;
      Runnable write = () -> write(new NestLanes(at, 0, mask), here);
      edge.ifPresentOrElse(part -> b.when(b.constant(number).lessThan(part.lines()), write), write);
      row = next(row, steps);
    }
  }

  private List<Handle> turned(NestPlace place, Step.Load load, Optional<Edge> edge) {
    List<Vec> columns = new ArrayList<>();
    for (int i = 0; i < side; i++) {
      int column = i;
      // Behind the last column it is read again: nothing is read where there may be no memory.
      Place from =
          edge.map(part ->
                  place.column(load.cursor(), b.constant(column).min(part.columns().minus(1))))
              .orElseGet(() -> place.place(load.cursor(), column));
      Optional<Mask> rows = edge.map(part -> part.lines().maskBelow(side));
      columns.add(NestSteps.read(from, load.type(), side, rows));
    }
    return Transposition.of(columns).stream()
        .map(each -> NestSteps.truth(load.type(), each))
        .toList();
  }

  private void write(NestLanes lanes, Map<Integer, Handle> read) {
    NestValues values = constants.inside(side);
    for (Structure.Stage stage : structure.stages()) {
      NestSteps steps = new NestSteps(b, structure, lanes, values, read);
      steps.write(stage.inner(), Optional.empty());
      steps.write(stage.point(), Optional.empty());
    }
  }

  /// The next row, as far as its own loads and stores are concerned.
  private NestPlace next(NestPlace place, Map<Integer, Int> steps) {
    List<Handle> at = new ArrayList<>(place.at());
    for (int c : others) {
      Int step = steps.getOrDefault(c, b.constant(0));
      at.set(
          c, at.get(c) instanceof Ptr pointer ? pointer.plus(step) : ((Int) at.get(c)).plus(step));
    }
    return place.with(at);
  }
}
