package dev.merapi.kernels.conv;

import static dev.merapi.kernels.conv.Winograd.SIDE;

import dev.merapi.kernels.ir.MemoryType;
import dev.merapi.kernels.ir.Routine;
import dev.merapi.kernels.ir.build.Int;
import dev.merapi.kernels.ir.build.Ptr;
import dev.merapi.kernels.ir.build.RoutineBuilder;
import dev.merapi.kernels.ir.build.Var;
import dev.merapi.kernels.ir.build.Vec;
import java.util.function.BinaryOperator;

/// Writes a [WinogradInput], whose arguments it has. A column of pixels `d` becomes `(d0 - d2, d1 +
/// d2, d2 - d1, d1 - d3)`, and then each row of that in the same way.
///
/// A row of the first step needs two rows of pixels only, so one row after the other is finished:
/// eight pixels are kept in registers, which leaves room where there are sixteen.
final class WinogradInputRoutine {
  private static final MemoryType F32 = MemoryType.F32;

  private final int lanes;
  private final RoutineBuilder b;
  private final Ptr source;
  private final Ptr target;
  private final Int extent;
  private final Int planeBytes;
  private final Int lineBytes;
  private final Int channelBytes;
  private final Int elementBytes;

  private WinogradInputRoutine(int lanes) {
    this.lanes = lanes;
    this.b = new RoutineBuilder("winogradInput" + lanes);
    this.source = b.pointer("source");
    this.target = b.pointer("target");
    this.extent = b.integer("extent");
    Int steps = b.integer("steps");
    this.channelBytes = b.integer("channelBytes");
    this.elementBytes = b.integer("elementBytes");
    this.planeBytes = PackedArguments.low(steps).named("planeBytes");
    this.lineBytes = PackedArguments.high(steps).named("lineBytes");
  }

  static Routine of(int lanes) {
    return new WinogradInputRoutine(lanes).routine();
  }

  private Routine routine() {
    Int tiles = PackedArguments.low(extent).named("tiles");
    Int channels = PackedArguments.high(extent).named("channels");
    Int sourceBytes = PackedArguments.low(channelBytes);
    Int targetBytes = PackedArguments.high(channelBytes);
    Var<Ptr> from = b.variable("from", source);
    Var<Ptr> to = b.variable("to", target);
    b.loop(
        channels,
        _ -> {
          Ptr planes = from.get();
          Ptr elements = to.get();
          b.loop(
              b.constant(0),
              tiles,
              lanes,
              tile -> vector(planes.plus(tile, Float.BYTES), elements.plus(tile, Float.BYTES)));
          from.set(planes.plus(sourceBytes));
          to.set(elements.plus(targetBytes));
        });
    return b.build();
  }

  /// Transforms one vector of tiles.
  private void vector(Ptr pixels, Ptr elements) {
    Ptr odd = pixels.plus(planeBytes);
    Ptr nextLine = pixels.plus(lineBytes);
    Ptr nextOdd = nextLine.plus(planeBytes);
    Vec[] d1 = row(pixels, odd, true);
    Vec[] d2 = row(nextLine, nextOdd, false);
    Ptr line = store(elements, mix(Vec::minus, row(pixels, odd, false), d2));
    line = store(line, mix(Vec::plus, d1, d2));
    line = store(line, mix(Vec::minus, d2, d1));
    store(line, mix(Vec::minus, d1, row(nextLine, nextOdd, true)));
  }

  /// The four pixels of a row: in the planes of even and odd columns, two in each.
  ///
  /// @param oddRow whether in the planes of odd rows, which are two planes behind
  private Vec[] row(Ptr even, Ptr odd, boolean oddRow) {
    Vec[] row = new Vec[SIDE];
    for (int column = 0; column < SIDE; column++) {
      Ptr plane = column % 2 == 0 ? even : odd;
      long moved = (long) (column / 2) * Float.BYTES;
      row[column] = (oddRow ? plane.at(planeBytes, 2, moved) : plane.at(moved)).load(F32, lanes);
    }
    return row;
  }

  private static Vec[] mix(BinaryOperator<Vec> join, Vec[] a, Vec[] b) {
    Vec[] mixed = new Vec[SIDE];
    for (int column = 0; column < SIDE; column++) {
      mixed[column] = join.apply(a[column], b[column]);
    }
    return mixed;
  }

  /// Transforms and writes a row; returns the place of the next.
  private Ptr store(Ptr at, Vec[] d) {
    Ptr second = at.plus(elementBytes);
    at.here().store(F32, d[0].minus(d[2]));
    second.here().store(F32, d[1].plus(d[2]));
    at.at(elementBytes, 2).store(F32, d[2].minus(d[1]));
    second.at(elementBytes, 2).store(F32, d[1].minus(d[3]));
    return at.plus(elementBytes, SIDE);
  }
}
