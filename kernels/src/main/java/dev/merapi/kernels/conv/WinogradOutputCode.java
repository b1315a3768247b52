package dev.merapi.kernels.conv;

import static dev.merapi.kernels.conv.Winograd.SIDE;
import static dev.merapi.kernels.conv.Winograd.STEP;
import static dev.merapi.kernels.emit.KernelClass.parameter;

import dev.merapi.kernels.emit.Element;
import dev.merapi.kernels.emit.Kernel;
import dev.merapi.kernels.emit.KernelClass;
import dev.merapi.kernels.emit.LaneCode;
import dev.merapi.kernels.emit.Lanes;
import dev.merapi.kernels.emit.Loops;
import dev.merapi.kernels.emit.Pairs;
import java.lang.classfile.CodeBuilder;

/// Emits a [WinogradOutput]. A row of products `m` becomes `((m0 + m1) + m2, (m1 - m2) - m3)`, and
/// then each column of that in the same way.
final class WinogradOutputCode {
  private final LaneCode lane;
  private final CodeBuilder code;
  private final Unpack unpack;
  private final int column;
  private final int columns;

  /// Addresses at the current column: the tiles' products, and both lines of sums.
  private final int products;

  private final int[] sums;
  private final int element;
  private final int[] row;
  private final int[] joined;
  private final Pairs pairs;

  /// The sum of all outputs, each times zero: zero, or NaN if one is not finite.
  private final int check;

  private WinogradOutputCode(LaneCode lane) {
    this.lane = lane;
    this.code = lane.code();
    this.unpack = new Unpack(code);
    this.column = unpack.counter();
    this.columns = unpack.low(WinogradOutput.EXTENT);
    this.products = unpack.cursor();
    this.sums = new int[] {unpack.cursor(), unpack.cursor()};
    this.element = unpack.cursor();
    this.row = lane.locals(Element.F32, SIDE);
    this.joined = lane.locals(Element.F32, SIDE * STEP);
    int[] outputs = lane.locals(Element.F32, STEP);
    this.pairs = new Pairs(lane, outputs[0], outputs[1]);
    this.check = lane.locals(Element.F32, 1)[0];
  }

  static Kernel emit(Lanes lanes) {
    return KernelClass.define(
        "WinogradOutput" + lanes.count(),
        code -> {
          new WinogradOutputCode(new LaneCode(code, lanes).withPlainAddresses()).body();
          code.return_();
        });
  }

  private void body() {
    lane.zero(Element.F32);
    lane.storeLocal(Element.F32, check);
    int checkAddress = unpack.cursor();
    unpack.move(parameter(WinogradOutput.SUMS), checkAddress);
    int channel = unpack.counter();
    int lines = unpack.bits(WinogradOutput.EXTENT, Integer.SIZE, LineFinish.LINE_BITS);
    int channels =
        unpack.bits(
            WinogradOutput.EXTENT, Integer.SIZE + LineFinish.LINE_BITS, LineFinish.CHANNEL_BITS);
    int lineBytes = unpack.low(WinogradOutput.LINE_BYTES);
    int sumLineBytes = unpack.high(WinogradOutput.LINE_BYTES);
    int productBytes = unpack.low(WinogradOutput.CHANNEL_BYTES);
    int sumBytes = unpack.high(WinogradOutput.CHANNEL_BYTES);
    int line = unpack.counter();
    Loops.count(
        code,
        channel,
        channels,
        1,
        () -> {
          Loops.count(
              code,
              column,
              columns,
              lane.lanes().count(),
              () -> {
                startColumn(sumLineBytes);
                Loops.count(
                    code,
                    line,
                    lines,
                    1,
                    () -> {
                      tiles();
                      unpack.advance(products, lineBytes);
                      for (int each : sums) {
                        unpack.advance(each, sumLineBytes);
                        unpack.advance(each, sumLineBytes);
                      }
                    });
              });
          unpack.advance(parameter(WinogradOutput.PRODUCTS), productBytes);
          unpack.advance(parameter(WinogradOutput.SUMS), sumBytes);
        });
    lane.store(
        Element.F32,
        () -> lane.loadLocal(Element.F32, check),
        () -> code.lload(checkAddress).loadConstant((long) -WinogradOutput.CHECK_BYTES).ladd());
  }

  private void startColumn(int sumLineBytes) {
    unpack.element(parameter(WinogradOutput.PRODUCTS), column);
    code.lstore(products);
    unpack.element(parameter(WinogradOutput.SUMS), column);
    code.lstore(sums[0]);
    unpack.element(sums[0], column);
    code.lstore(sums[0]);
    unpack.move(sums[0], sums[1]);
    unpack.advance(sums[1], sumLineBytes);
  }

  /// Emits the transform of one vector of tiles.
  private void tiles() {
    unpack.move(products, element);
    for (int i = 0; i < SIDE; i++) {
      for (int j = 0; j < SIDE; j++) {
        lane.load(Element.F32, () -> code.lload(element));
        lane.storeLocal(Element.F32, row[j]);
        code.lload(element).lload(parameter(WinogradOutput.ELEMENT_BYTES)).ladd().lstore(element);
      }
      first(row[0], row[1], row[2]);
      lane.storeLocal(Element.F32, joined[i * STEP]);
      second(row[1], row[2], row[3]);
      lane.storeLocal(Element.F32, joined[i * STEP + 1]);
    }
    for (int j = 0; j < STEP; j++) {
      first(joined[j], joined[STEP + j], joined[2 * STEP + j]);
      lane.storeLocal(Element.F32, j == 0 ? pairs.low() : pairs.high());
    }
    storeLine(sums[0]);
    for (int j = 0; j < STEP; j++) {
      second(joined[STEP + j], joined[2 * STEP + j], joined[3 * STEP + j]);
      lane.storeLocal(Element.F32, j == 0 ? pairs.low() : pairs.high());
    }
    storeLine(sums[1]);
  }

  private void first(int m0, int m1, int m2) {
    lane.loadLocal(Element.F32, m0);
    lane.loadLocal(Element.F32, m1);
    lane.add(Element.F32);
    lane.loadLocal(Element.F32, m2);
    lane.add(Element.F32);
  }

  private void second(int m1, int m2, int m3) {
    lane.loadLocal(Element.F32, m1);
    lane.loadLocal(Element.F32, m2);
    lane.sub(Element.F32);
    lane.loadLocal(Element.F32, m3);
    lane.sub(Element.F32);
  }

  /// Writes the even outputs in the lower local of the pairs and the odd ones in the upper.
  private void storeLine(int address) {
    check(pairs.low());
    check(pairs.high());
    if (!lane.isScalar()) {
      pairs.store(index -> () -> place(address, index));
      return;
    }
    lane.store(Element.F32, () -> code.fload(pairs.low()), () -> place(address, 0));
    lane.store(Element.F32, () -> code.fload(pairs.high()), () -> place(address, 1));
  }

  private void check(int output) {
    lane.loadLocal(Element.F32, output);
    lane.zero(Element.F32);
    lane.loadLocal(Element.F32, check);
    lane.fma();
    lane.storeLocal(Element.F32, check);
  }

  private void place(int address, int index) {
    code.lload(address);
    if (index > 0) {
      code.loadConstant((long) index * Float.BYTES).ladd();
    }
  }
}
