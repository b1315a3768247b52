package dev.merapi.kernels.conv;

import static dev.merapi.kernels.conv.Winograd.SIDE;
import static dev.merapi.kernels.conv.Winograd.STEP;

import dev.merapi.kernels.ir.MemoryType;
import dev.merapi.kernels.ir.Routine;
import dev.merapi.kernels.ir.build.Int;
import dev.merapi.kernels.ir.build.Ptr;
import dev.merapi.kernels.ir.build.RoutineBuilder;
import dev.merapi.kernels.ir.build.Var;
import dev.merapi.kernels.ir.build.Vec;

/// Writes a [WinogradOutput], whose arguments it has. A row of products `m` becomes `((m0 + m1) +
/// m2, (m1 - m2) - m3)`, and then each column of that in the same way.
final class WinogradOutputRoutine {
  private static final MemoryType F32 = MemoryType.F32;

  private final int lanes;
  private final RoutineBuilder b;
  private final Ptr products;
  private final Ptr sums;
  private final Int extent;
  private final Int productLine;
  private final Int sumLine;
  private final Int channelBytes;
  private final Int elementBytes;

  /// The sum of all outputs, each times zero: zero, or NaN if one is not finite.
  private final Var<Vec> check;

  private WinogradOutputRoutine(int lanes) {
    this.lanes = lanes;
    this.b = new RoutineBuilder("winogradOutput" + lanes);
    this.products = b.pointer("products");
    this.sums = b.pointer("sums");
    this.extent = b.integer("extent");
    Int lineBytes = b.integer("lineBytes");
    this.channelBytes = b.integer("channelBytes");
    this.elementBytes = b.integer("elementBytes");
    this.productLine = PackedArguments.low(lineBytes).named("productLine");
    this.sumLine = PackedArguments.high(lineBytes).named("sumLine");
    this.check = b.variable("check", b.f32(lanes, 0));
  }

  static Routine of(int lanes) {
    return new WinogradOutputRoutine(lanes).routine();
  }

  private Routine routine() {
    Int columns = PackedArguments.columns(extent);
    Int lines = PackedArguments.lines(extent);
    Int channels = PackedArguments.channels(extent);
    Int productChannel = PackedArguments.low(channelBytes);
    Int sumChannel = PackedArguments.high(channelBytes);
    Var<Ptr> from = b.variable("from", products);
    Var<Ptr> to = b.variable("to", sums);
    b.loop(
        channels,
        _ -> {
          Ptr source = from.get();
          Ptr target = to.get();
          b.loop(b.constant(0), columns, lanes, column -> lines(source, target, column, lines));
          from.set(source.plus(productChannel));
          to.set(target.plus(sumChannel));
        });
    sums.at(-WinogradOutput.CHECK_BYTES).store(F32, check.get());
    return b.build();
  }

  /// Lines are innermost because they are many, while a line has few vectors.
  private void lines(Ptr source, Ptr target, Int column, Int lines) {
    Var<Ptr> tile = b.variable("tile", source.plus(column, Float.BYTES));
    Var<Ptr> pair = b.variable("pair", target.plus(column, (long) STEP * Float.BYTES));
    b.loop(
        lines,
        _ -> {
          Ptr to = pair.get();
          tiles(tile.get(), to);
          tile.set(tile.get().plus(productLine));
          pair.set(to.plus(sumLine, STEP));
        });
  }

  /// Transforms one vector of tiles.
  private void tiles(Ptr elements, Ptr to) {
    Vec[] left = new Vec[SIDE];
    Vec[] right = new Vec[SIDE];
    Ptr at = elements;
    for (int i = 0; i < SIDE; i++) {
      Ptr second = at.plus(elementBytes);
      Vec m0 = at.here().load(F32, lanes);
      Vec m1 = second.here().load(F32, lanes);
      Vec m2 = at.at(elementBytes, 2).load(F32, lanes);
      Vec m3 = second.at(elementBytes, 2).load(F32, lanes);
      left[i] = first(m0, m1, m2);
      right[i] = second(m1, m2, m3);
      at = at.plus(elementBytes, SIDE);
    }
    store(to, first(left[0], left[1], left[2]), first(right[0], right[1], right[2]));
    store(
        to.plus(sumLine), second(left[1], left[2], left[3]), second(right[1], right[2], right[3]));
  }

  private static Vec first(Vec m0, Vec m1, Vec m2) {
    return m0.plus(m1).plus(m2);
  }

  private static Vec second(Vec m1, Vec m2, Vec m3) {
    return m1.minus(m2).minus(m3);
  }

  /// Writes the outputs of even and of odd columns side by side.
  private void store(Ptr line, Vec even, Vec odd) {
    check(even);
    check(odd);
    line.here().store(F32, even.concat(odd).zip());
  }

  private void check(Vec outputs) {
    check.set(outputs.fma(b.f32(lanes, 0), check.get()));
  }
}
