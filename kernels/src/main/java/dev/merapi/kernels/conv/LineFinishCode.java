package dev.merapi.kernels.conv;

import static dev.merapi.kernels.emit.KernelClass.parameter;

import dev.merapi.kernels.emit.Element;
import dev.merapi.kernels.emit.Kernel;
import dev.merapi.kernels.emit.KernelClass;
import dev.merapi.kernels.emit.LaneCode;
import dev.merapi.kernels.emit.Lanes;
import dev.merapi.kernels.emit.Loops;
import dev.merapi.kernels.gemm.Epilogue;
import dev.merapi.kernels.gemm.Epilogue.Operand;
import java.lang.classfile.CodeBuilder;
import java.lang.classfile.TypeKind;
import java.util.List;
import java.util.stream.IntStream;

/// Emits a [LineFinish]: loops over channels, columns of vectors and lines. Lines are innermost
/// because they are many, while a line has few vectors, the last one masked.
final class LineFinishCode {
  private static final int UNMASKED = -1;

  private final Epilogue epilogue;
  private final List<Operand> operands;
  private final LaneCode lane;
  private final CodeBuilder code;
  private final Unpack unpack;
  private final int columns;
  private final int full;
  private final int column;
  private final int blocks;
  private final int blockStride;
  private final int block;
  private final int mask;

  /// Addresses of the current vector: sums, result, and what varies along lines in each operand.
  private final int sums;

  private final int result;
  private final int[] cursors;
  private final int sum;
  private final int at;

  private LineFinishCode(Epilogue epilogue, LaneCode lane) {
    this.epilogue = epilogue;
    this.operands = epilogue.operands();
    this.lane = lane;
    this.code = lane.code();
    this.unpack = new Unpack(code);
    this.columns = unpack.low(LineFinish.EXTENT);
    this.full = unpack.counter();
    this.column = unpack.counter();
    this.blocks = field(LineFinish.COUNT);
    this.blockStride = field(LineFinish.STRIDE);
    this.block = unpack.counter();
    this.mask = code.allocateLocal(TypeKind.REFERENCE);
    this.sums = unpack.cursor();
    this.result = unpack.cursor();
    this.cursors = IntStream.range(0, operands.size()).map(_ -> unpack.cursor()).toArray();
    this.sum = code.allocateLocal(Element.F32.kind(lane.lanes()));
    this.at = unpack.cursor();
  }

  static Kernel emit(LineFinish finish, Lanes lanes) {
    return KernelClass.define(
        "ConvFinish" + lanes.count(),
        code -> {
          new LineFinishCode(finish.epilogue(), new LaneCode(code, lanes)).body();
          code.return_();
        });
  }

  private void body() {
    int lanes = lane.lanes().count();
    int channel = unpack.counter();
    int line = unpack.counter();
    int lines = unpack.bits(LineFinish.EXTENT, Integer.SIZE, LineFinish.LINE_BITS);
    int channels =
        unpack.bits(
            LineFinish.EXTENT, Integer.SIZE + LineFinish.LINE_BITS, LineFinish.CHANNEL_BITS);
    int lineStride = unpack.low(LineFinish.SUM_STRIDES);
    int channelStride = unpack.high(LineFinish.SUM_STRIDES);
    int resultStride = unpack.low(LineFinish.RESULT_STRIDE);
    code.iload(columns).loadConstant(-lanes).iand().istore(full);
    if (!lane.isScalar()) {
      lane.maskBelow(() -> code.iload(columns).iload(full).isub());
      code.astore(mask);
    }
    int[] starts = IntStream.range(0, operands.size()).map(this::start).toArray();
    Loops.count(
        code,
        channel,
        channels,
        1,
        () -> {
          Loops.count(
              code, column, full, lanes, () -> lines(line, lines, lineStride, starts, UNMASKED));
          if (!lane.isScalar()) {
            var end = code.newLabel();
            code.iload(column).iload(columns).if_icmpge(end);
            lines(line, lines, lineStride, starts, mask);
            code.labelBinding(end);
          }
          unpack.advance(parameter(LineFinish.SUMS), channelStride);
          unpack.advance(parameter(LineFinish.RESULT), resultStride);
          IntStream.range(0, starts.length).forEach(i -> nextChannel(i, starts[i]));
        });
  }

  /// Emits the loop over lines for the current channel and column.
  private void lines(int line, int lines, int lineStride, int[] starts, int masked) {
    startLines(parameter(LineFinish.SUMS), sums);
    startLines(parameter(LineFinish.RESULT), result);
    for (int i = 0; i < cursors.length; i++) {
      switch (operands.get(i).span()) {
        case ROWS -> unpack.move(starts[i], cursors[i]);
        case COLUMNS, MATRIX -> startLines(starts[i], cursors[i]);
      }
    }
    Loops.count(
        code,
        line,
        lines,
        1,
        () -> {
          vector(masked);
          unpack.advance(sums, lineStride);
          nextLine(result);
          for (int i = 0; i < cursors.length; i++) {
            switch (operands.get(i).span()) {
              case ROWS -> {}
              case COLUMNS, MATRIX -> nextLine(cursors[i]);
            }
          }
        });
  }

  /// Emits: cursor = the current column of the first line.
  private void startLines(int start, int cursor) {
    unpack.element(start, column);
    code.lstore(cursor);
  }

  private void nextLine(int cursor) {
    unpack.element(cursor, columns);
    code.lstore(cursor);
  }

  /// Emits the sum of the blocks, the epilogue and the store for one vector. Sums are read as whole
  /// vectors even when masked: the workspace goes on behind them.
  private void vector(int masked) {
    unpack.move(sums, at);
    lane.load(Element.F32, () -> code.lload(at));
    lane.storeLocal(Element.F32, sum);
    code.iconst_1().istore(block);
    Loops.below(
        code,
        block,
        blocks,
        1,
        () -> {
          unpack.advance(at, blockStride);
          lane.loadLocal(Element.F32, sum);
          lane.load(Element.F32, () -> code.lload(at));
          lane.add(Element.F32);
          lane.storeLocal(Element.F32, sum);
        });
    Runnable value =
        () -> {
          lane.loadLocal(Element.F32, sum);
          epilogue.emit(lane, operand -> operand(operand, masked));
        };
    if (masked == UNMASKED) {
      lane.store(Element.F32, value, () -> code.lload(result));
    } else {
      lane.storeMasked(Element.F32, value, () -> code.lload(result), masked);
    }
  }

  private void operand(int index, int masked) {
    Element element = operands.get(index).element();
    switch (operands.get(index).span()) {
      case ROWS ->
          lane.broadcast(
              element, () -> lane.loadElement(element, () -> code.lload(cursors[index])));
      case COLUMNS, MATRIX -> {
        if (masked == UNMASKED) {
          lane.load(element, () -> code.lload(cursors[index]));
        } else {
          lane.loadMasked(element, () -> code.lload(cursors[index]), masked);
        }
      }
    }
  }

  private void nextChannel(int index, int start) {
    code.lload(start);
    switch (operands.get(index).span()) {
      case ROWS -> code.loadConstant((long) Float.BYTES).ladd();
      case COLUMNS -> {}
      case MATRIX -> {
        longField(LineFinish.operand(index) + Long.BYTES);
        code.ladd();
      }
    }
    code.lstore(start);
  }

  /// A new local with the address of an operand.
  private int start(int index) {
    int local = unpack.cursor();
    longField(LineFinish.operand(index));
    code.lstore(local);
    return local;
  }

  private void longField(int offset) {
    lane.loadLong(() -> fieldAddress(offset));
  }

  /// A new local with an `int` of the block.
  private int field(int offset) {
    int local = unpack.counter();
    lane.loadElement(Element.I32, () -> fieldAddress(offset));
    code.istore(local);
    return local;
  }

  private void fieldAddress(int offset) {
    code.lload(parameter(LineFinish.BLOCK)).loadConstant((long) offset).ladd();
  }
}
