package dev.merapi.kernels.pool;

import static dev.merapi.kernels.emit.KernelClass.parameter;

import dev.merapi.graph.Monoid;
import dev.merapi.graph.ScalarFn;
import dev.merapi.kernels.emit.Element;
import dev.merapi.kernels.emit.Kernel;
import dev.merapi.kernels.emit.KernelClass;
import dev.merapi.kernels.emit.LaneCode;
import dev.merapi.kernels.emit.Lanes;
import dev.merapi.kernels.emit.Locals;
import dev.merapi.kernels.emit.Pairs;
import dev.merapi.kernels.emit.ScalarCode;
import java.lang.classfile.CodeBuilder;
import java.lang.classfile.TypeKind;
import java.util.List;

/// Emits a [PairGradient] kernel: it finds the number of each window's winner, then writes four
/// selections.
final class PairGradientCode {
  private static final int TAPS = 4;

  private final PairGradient kernel;
  private final LaneCode lane;
  private final CodeBuilder code;
  private final ScalarCode scalars;
  private final Pairs pairs;
  private final LineLoops loops;
  private final int extreme;
  private final int element;
  private final int winner;
  private final int gradient;

  /// Bytes from the first window's elements to the vector's.
  private final int offset;

  private PairGradientCode(PairGradient kernel, LaneCode lane) {
    this.kernel = kernel;
    this.lane = lane;
    this.code = lane.code();
    Locals locals = new Locals(code);
    this.scalars = new ScalarCode(lane, locals);
    this.pairs = new Pairs(lane, takeValue(locals), takeValue(locals));
    this.loops = new LineLoops(lane, PairGradient.EXTENT);
    this.extreme = takeValue(locals);
    this.element = takeValue(locals);
    this.winner = takeValue(locals);
    this.gradient = takeValue(locals);
    this.offset = code.allocateLocal(TypeKind.LONG);
  }

  private int takeValue(Locals locals) {
    return locals.take(Element.F32.type(lane.lanes()));
  }

  static Kernel emit(PairGradient kernel, Lanes lanes) {
    return KernelClass.define(
        "PoolGradient" + kernel.monoid() + lanes.count(),
        code -> {
          new PairGradientCode(kernel, new LaneCode(code, lanes)).emitBody();
          code.return_();
        });
  }

  private void emitBody() {
    loops.emit(
        () -> {
          loops.pushOffset(2);
          code.lstore(offset);
          loadGradient();
          if (kernel.monoid() != Monoid.SUM) {
            findWinners();
          }
          for (int row = 0; row < 2; row++) {
            storeRow(row);
          }
        },
        () -> {
          for (int matrix : List.of(PairGradient.X, PairGradient.DX)) {
            loops.advance(parameter(matrix), PairGradient.LINE_BYTES);
            loops.advance(parameter(matrix), PairGradient.LINE_BYTES);
          }
          loops.advance(parameter(PairGradient.DY), PairGradient.POOLED_LINE_BYTES);
        });
  }

  private void loadGradient() {
    lane.load(
        Element.F32,
        () -> {
          code.lload(parameter(PairGradient.DY));
          loops.pushOffset(1);
          code.ladd();
        });
    lane.storeLocal(Element.F32, gradient);
  }

  /// The number of a winner is a float, so that it is selected by the masks of the comparison.
  private void findWinners() {
    lane.zero(Element.F32);
    lane.storeLocal(Element.F32, winner);
    for (int tap = 0; tap < TAPS; tap++) {
      pushTap(tap);
      if (tap == 0) {
        lane.storeLocal(Element.F32, extreme);
      } else {
        lane.storeLocal(Element.F32, element);
        update(ScalarFn.arg(2), ScalarFn.f32(tap), winner);
        update(ScalarFn.arg(0), ScalarFn.arg(1), extreme);
      }
    }
  }

  private void pushTap(int tap) {
    int row = tap / 2;
    if (lane.isScalar()) {
      lane.load(Element.F32, address(PairGradient.X, row, tap % 2));
    } else if (tap % 2 == 0) {
      pairs.load(number -> address(PairGradient.X, row, number));
      pairs.pushEven();
    } else {
      pairs.pushOdd();
    }
  }

  /// Emits `target = the element replaces the extreme ? changed : old`.
  private void update(ScalarFn old, ScalarFn changed, int target) {
    int[] locals = {extreme, element, winner};
    scalars.expression(
        Extremes.replaces(kernel.monoid()).select(changed, old),
        argument -> lane.loadLocal(Element.F32, locals[argument]));
    lane.storeLocal(Element.F32, target);
  }

  private void storeRow(int row) {
    if (lane.isScalar()) {
      for (int column = 0; column < 2; column++) {
        int tap = 2 * row + column;
        lane.store(Element.F32, () -> pushShare(tap), address(PairGradient.DX, row, column));
      }
      return;
    }
    pushShare(2 * row);
    lane.storeLocal(Element.F32, pairs.low());
    pushShare(2 * row + 1);
    lane.storeLocal(Element.F32, pairs.high());
    pairs.store(number -> address(PairGradient.DX, row, number));
  }

  /// Pushes what a tap receives.
  private void pushShare(int tap) {
    if (kernel.monoid() == Monoid.SUM) {
      lane.loadLocal(Element.F32, gradient);
      return;
    }
    int[] locals = {winner, gradient};
    scalars.expression(
        ScalarFn.arg(0).equalTo(ScalarFn.f32(tap)).select(ScalarFn.arg(1), ScalarFn.f32(0)),
        argument -> lane.loadLocal(Element.F32, locals[argument]));
  }

  private Runnable address(int matrix, int row, int number) {
    return () -> {
      code.lload(parameter(matrix)).lload(offset).ladd();
      if (row > 0) {
        code.lload(parameter(PairGradient.LINE_BYTES)).ladd();
      }
      code.loadConstant((long) number * Float.BYTES).ladd();
    };
  }
}
