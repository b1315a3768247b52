package dev.merapi.kernels.conv;

import static dev.merapi.kernels.emit.KernelClass.parameter;

import dev.merapi.graph.Monoid;
import dev.merapi.graph.ScalarFn;
import dev.merapi.kernels.emit.Element;
import dev.merapi.kernels.emit.Kernel;
import dev.merapi.kernels.emit.KernelClass;
import dev.merapi.kernels.emit.LaneCode;
import dev.merapi.kernels.emit.Lanes;
import dev.merapi.kernels.emit.Locals;
import dev.merapi.kernels.emit.Loops;
import dev.merapi.kernels.emit.Pairs;
import dev.merapi.kernels.emit.ScalarCode;
import dev.merapi.kernels.gemm.Epilogue;
import dev.merapi.kernels.pool.Extremes;
import java.lang.classfile.CodeBuilder;
import java.lang.classfile.Label;
import java.lang.classfile.TypeKind;
import java.util.stream.IntStream;

/// Emits a [PoolFinish]: loops over channels, columns of vectors and lines, as in a [LineFinish].
/// The four neighbours are joined in the order of a pooling, row by row.
final class PoolFinishCode {
  private static final int UNMASKED = -1;

  private final Epilogue epilogue;
  private final LaneCode lane;
  private final CodeBuilder code;
  private final Unpack unpack;
  private final ScalarCode scalars;
  private final int columns;
  private final int lines;
  private final int column;
  private final int line;
  private final int sumLine;

  /// Addresses of the current vector: of its upper and lower sums, and of the result.
  private final int upper;

  private final int lower;
  private final int result;
  private final int[] operands;
  private final Pairs pairs;
  private final int value;
  private final int greatest;

  private PoolFinishCode(Epilogue epilogue, LaneCode lane) {
    this.epilogue = epilogue;
    this.lane = lane;
    this.code = lane.code();
    this.unpack = new Unpack(code);
    this.scalars = new ScalarCode(lane, new Locals(code));
    this.columns = unpack.low(LineFinish.EXTENT);
    this.lines = unpack.bits(LineFinish.EXTENT, Integer.SIZE, LineFinish.LINE_BITS);
    this.column = unpack.counter();
    this.line = unpack.counter();
    this.sumLine = unpack.low(LineFinish.SUM_STRIDES);
    this.upper = unpack.cursor();
    this.lower = unpack.cursor();
    this.result = unpack.cursor();
    this.operands =
        IntStream.range(0, epilogue.operands().size()).map(_ -> unpack.cursor()).toArray();
    this.pairs = new Pairs(lane, valueLocal(), valueLocal());
    this.value = valueLocal();
    this.greatest = valueLocal();
  }

  private int valueLocal() {
    return code.allocateLocal(Element.F32.kind(lane.lanes()));
  }

  static Kernel emit(PoolFinish finish, Lanes lanes) {
    return KernelClass.define(
        "ConvPool" + lanes.count(),
        code -> {
          new PoolFinishCode(finish.epilogue(), new LaneCode(code, lanes).withPlainAddresses())
              .body();
          code.return_();
        });
  }

  private void body() {
    int lanes = lane.lanes().count();
    int channel = unpack.counter();
    int channels =
        unpack.bits(
            LineFinish.EXTENT, Integer.SIZE + LineFinish.LINE_BITS, LineFinish.CHANNEL_BITS);
    int sumChannel = unpack.high(LineFinish.SUM_STRIDES);
    int resultChannel = unpack.low(LineFinish.RESULT_STRIDE);
    int full = unpack.counter();
    int mask = code.allocateLocal(TypeKind.REFERENCE);
    code.iload(columns).loadConstant(-lanes).iand().istore(full);
    if (!lane.isScalar()) {
      lane.maskBelow(() -> code.iload(columns).iload(full).isub());
      code.astore(mask);
    }
    for (int i = 0; i < operands.length; i++) {
      int field = LineFinish.operand(i);
      lane.loadLong(
          () -> code.lload(parameter(LineFinish.BLOCK)).loadConstant((long) field).ladd());
      code.lstore(operands[i]);
    }
    Loops.count(
        code,
        channel,
        channels,
        1,
        () -> {
          Loops.count(code, column, full, lanes, () -> lines(UNMASKED));
          if (!lane.isScalar()) {
            Label end = code.newLabel();
            code.iload(column).iload(columns).if_icmpge(end);
            lines(mask);
            code.labelBinding(end);
          }
          unpack.advance(parameter(LineFinish.SUMS), sumChannel);
          unpack.advance(parameter(LineFinish.RESULT), resultChannel);
          for (int operand : operands) {
            code.lload(operand).loadConstant((long) Float.BYTES).ladd().lstore(operand);
          }
        });
  }

  /// Emits the loop over lines for the current channel and column.
  private void lines(int masked) {
    unpack.element(parameter(LineFinish.SUMS), column);
    code.lstore(upper);
    unpack.element(upper, column);
    code.lstore(upper);
    unpack.element(parameter(LineFinish.RESULT), column);
    code.lstore(result);
    Loops.count(
        code,
        line,
        lines,
        1,
        () -> {
          unpack.move(upper, lower);
          unpack.advance(lower, sumLine);
          window();
          store(masked);
          unpack.move(lower, upper);
          unpack.advance(upper, sumLine);
          unpack.element(result, columns);
          code.lstore(result);
        });
  }

  private void store(int masked) {
    Runnable value = () -> lane.loadLocal(Element.F32, greatest);
    if (masked == UNMASKED) {
      lane.store(Element.F32, value, () -> code.lload(result));
    } else {
      lane.storeMasked(Element.F32, value, () -> code.lload(result), masked);
    }
  }

  private void window() {
    load(upper);
    finish(() -> push(upper, 0), greatest);
    join(() -> push(upper, 1));
    load(lower);
    join(() -> push(lower, 0));
    join(() -> push(lower, 1));
  }

  private void load(int address) {
    if (!lane.isScalar()) {
      pairs.load(index -> () -> place(address, index));
    }
  }

  /// Pushes the even or the odd sums.
  private void push(int address, int which) {
    if (lane.isScalar()) {
      lane.load(Element.F32, () -> place(address, which));
    } else if (which == 0) {
      pairs.pushEven();
    } else {
      pairs.pushOdd();
    }
  }

  private void place(int address, int index) {
    code.lload(address);
    if (index > 0) {
      code.loadConstant((long) index * Float.BYTES).ladd();
    }
  }

  /// Emits: local = the epilogue of some sums.
  private void finish(Runnable sums, int local) {
    sums.run();
    epilogue.emit(lane, this::operand);
    lane.storeLocal(Element.F32, local);
  }

  private void operand(int index) {
    Element element = epilogue.operands().get(index).element();
    lane.broadcast(element, () -> lane.loadElement(element, () -> code.lload(operands[index])));
  }

  private void join(Runnable sums) {
    finish(sums, value);
    ScalarFn choice = Extremes.replaces(Monoid.MAX).select(ScalarFn.arg(1), ScalarFn.arg(0));
    scalars.expression(
        choice, argument -> lane.loadLocal(Element.F32, argument == 0 ? greatest : value));
    lane.storeLocal(Element.F32, greatest);
  }
}
