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

/// Emits a [WindowLines] kernel: the taps are unrolled, row by row.
final class WindowLinesCode {
  private final WindowLines kernel;
  private final LaneCode lane;
  private final CodeBuilder code;
  private final ScalarCode scalars;
  private final Pairs pairs;
  private final int joined;
  private final int tapRow;

  private WindowLinesCode(WindowLines kernel, LaneCode lane) {
    this.kernel = kernel;
    this.lane = lane;
    this.code = lane.code();
    Locals locals = new Locals(code);
    this.scalars = new ScalarCode(lane, locals);
    this.pairs = new Pairs(lane, takeValue(locals), takeValue(locals));
    this.joined = takeValue(locals);
    this.tapRow = code.allocateLocal(TypeKind.LONG);
  }

  private int takeValue(Locals locals) {
    return locals.take(Element.F32.type(lane.lanes()));
  }

  static Kernel emit(WindowLines kernel, Lanes lanes) {
    return KernelClass.define(
        "PoolLines" + kernel.monoid() + lanes.count(),
        code -> {
          new WindowLinesCode(kernel, new LaneCode(code, lanes)).emitBody();
          code.return_();
        });
  }

  private void emitBody() {
    LineLoops loops = new LineLoops(lane, WindowLines.EXTENT);
    loops.emit(
        () -> {
          code.lload(parameter(WindowLines.X));
          loops.pushOffset(kernel.stride());
          code.ladd().lstore(tapRow);
          emitWindow(() -> loops.advance(tapRow, WindowLines.TAP_ROW_BYTES));
          lane.store(
              Element.F32,
              () -> lane.loadLocal(Element.F32, joined),
              () -> {
                code.lload(parameter(WindowLines.Y));
                loops.pushOffset(1);
                code.ladd();
              });
        },
        () -> {
          loops.advance(parameter(WindowLines.X), WindowLines.LINE_BYTES);
          loops.advance(parameter(WindowLines.Y), WindowLines.POOLED_LINE_BYTES);
        });
  }

  private void emitWindow(Runnable nextRow) {
    lane.broadcast(Element.F32, () -> code.loadConstant((float) kernel.monoid().identity()));
    lane.storeLocal(Element.F32, joined);
    for (int row = 0; row < kernel.rows(); row++) {
      if (row > 0) {
        nextRow.run();
      }
      if (lane.isScalar() || kernel.stride() == 1) {
        emitRow();
      } else {
        emitPairedRow();
      }
    }
  }

  private void emitRow() {
    for (int tap = 0; tap < kernel.columns(); tap++) {
      Runnable address = address(tap * kernel.dilation());
      join(() -> lane.load(Element.F32, address));
    }
  }

  /// The taps 2j and 2j + 1 are the even and odd ones of the elements from 2j on. Without a
  /// partner, the last tap takes the odd ones from the element before: so nothing behind the window
  /// is read.
  private void emitPairedRow() {
    for (int tap = 0; tap + 1 < kernel.columns(); tap += 2) {
      int first = tap;
      pairs.load(element -> address(first + element));
      join(pairs::pushEven);
      join(pairs::pushOdd);
    }
    if (kernel.columns() % 2 == 1) {
      int before = kernel.columns() - 2;
      pairs.load(element -> address(before + element));
      join(pairs::pushOdd);
    }
  }

  private void join(Runnable element) {
    Monoid monoid = kernel.monoid();
    switch (monoid) {
      case SUM -> {
        lane.loadLocal(Element.F32, joined);
        element.run();
        lane.add(Element.F32);
      }
      case MAX, MIN -> {
        ScalarFn choice = Extremes.replaces(monoid).select(ScalarFn.arg(1), ScalarFn.arg(0));
        scalars.expression(
            choice,
            argument -> {
              if (argument == 0) {
                lane.loadLocal(Element.F32, joined);
              } else {
                element.run();
              }
            });
      }
    }
    lane.storeLocal(Element.F32, joined);
  }

  private Runnable address(int element) {
    return () -> code.lload(tapRow).loadConstant((long) element * Float.BYTES).ladd();
  }
}
