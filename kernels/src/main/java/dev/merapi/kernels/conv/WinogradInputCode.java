package dev.merapi.kernels.conv;

import static dev.merapi.kernels.conv.Winograd.SIDE;
import static dev.merapi.kernels.emit.KernelClass.parameter;

import dev.merapi.kernels.emit.Element;
import dev.merapi.kernels.emit.Kernel;
import dev.merapi.kernels.emit.KernelClass;
import dev.merapi.kernels.emit.LaneCode;
import dev.merapi.kernels.emit.Lanes;
import dev.merapi.kernels.emit.Loops;
import java.lang.classfile.CodeBuilder;
import java.util.stream.IntStream;

/// Emits a [WinogradInput]. A column of pixels `d` becomes `(d0 - d2, d1 + d2, d2 - d1, d1 - d3)`,
/// and then each row of that in the same way.
final class WinogradInputCode {
  private final LaneCode lane;
  private final CodeBuilder code;
  private final Unpack unpack;
  private final int tile;

  /// Addresses of the first tile's pixels: plane by plane, each with its next line.
  private final int[] lines;

  private final int[] pixels;
  private final int[] mixed;
  private final int target;

  private WinogradInputCode(LaneCode lane) {
    this.lane = lane;
    this.code = lane.code();
    this.unpack = new Unpack(code);
    this.tile = unpack.counter();
    this.lines = IntStream.range(0, 2 * SIDE).map(_ -> unpack.cursor()).toArray();
    this.pixels = lane.locals(Element.F32, SIDE);
    this.mixed = lane.locals(Element.F32, SIDE * SIDE);
    this.target = unpack.cursor();
  }

  static Kernel emit(Lanes lanes) {
    return KernelClass.define(
        "WinogradInput" + lanes.count(),
        code -> {
          new WinogradInputCode(new LaneCode(code, lanes).withPlainAddresses()).body();
          code.return_();
        });
  }

  private void body() {
    int channel = unpack.counter();
    int tiles = unpack.low(WinogradInput.EXTENT);
    int channels = unpack.high(WinogradInput.EXTENT);
    int planeBytes = unpack.low(WinogradInput.PLANE_BYTES);
    int lineBytes = unpack.high(WinogradInput.PLANE_BYTES);
    int sourceBytes = unpack.low(WinogradInput.CHANNEL_BYTES);
    int targetBytes = unpack.high(WinogradInput.CHANNEL_BYTES);
    int lanes = lane.lanes().count();
    Loops.count(
        code,
        channel,
        channels,
        1,
        () -> {
          unpack.move(parameter(WinogradInput.SOURCE), lines[0]);
          for (int i = 0; i < lines.length; i += 2) {
            if (i > 0) {
              unpack.move(lines[i - 2], lines[i]);
              unpack.advance(lines[i], planeBytes);
            }
            unpack.move(lines[i], lines[i + 1]);
            unpack.advance(lines[i + 1], lineBytes);
          }
          Loops.count(code, tile, tiles, lanes, this::tiles);
          unpack.advance(parameter(WinogradInput.SOURCE), sourceBytes);
          unpack.advance(parameter(WinogradInput.TARGET), targetBytes);
        });
  }

  /// Emits the transform of one vector of tiles.
  private void tiles() {
    for (int column = 0; column < SIDE; column++) {
      for (int row = 0; row < SIDE; row++) {
        load(row, column);
        lane.storeLocal(Element.F32, pixels[row]);
      }
      for (int row = 0; row < SIDE; row++) {
        mix(row, pixels[0], pixels[1], pixels[2], pixels[3]);
        lane.storeLocal(Element.F32, mixed[row * SIDE + column]);
      }
    }
    unpack.element(parameter(WinogradInput.TARGET), tile);
    code.lstore(target);
    for (int i = 0; i < mixed.length; i++) {
      int first = i / SIDE * SIDE;
      int column = i % SIDE;
      lane.store(
          Element.F32,
          () -> mix(column, mixed[first], mixed[first + 1], mixed[first + 2], mixed[first + 3]),
          () -> code.lload(target));
      code.lload(target).lload(parameter(WinogradInput.ELEMENT_BYTES)).ladd().lstore(target);
    }
  }

  private void load(int row, int column) {
    int plane = row % 2 * 2 + column % 2;
    int line = lines[2 * plane + row / 2];
    lane.load(
        Element.F32,
        () -> {
          unpack.element(line, tile);
          if (column >= 2) {
            code.loadConstant((long) Float.BYTES).ladd();
          }
        });
  }

  /// Pushes an element of a transformed column or row.
  private void mix(int index, int d0, int d1, int d2, int d3) {
    switch (index) {
      case 0 -> difference(d0, d2);
      case 1 -> {
        lane.loadLocal(Element.F32, d1);
        lane.loadLocal(Element.F32, d2);
        lane.add(Element.F32);
      }
      case 2 -> difference(d2, d1);
      default -> difference(d1, d3);
    }
  }

  private void difference(int a, int b) {
    lane.loadLocal(Element.F32, a);
    lane.loadLocal(Element.F32, b);
    lane.sub(Element.F32);
  }
}
