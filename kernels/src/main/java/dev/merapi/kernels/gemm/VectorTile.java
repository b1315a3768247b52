package dev.merapi.kernels.gemm;

import static dev.merapi.kernels.emit.KernelClass.parameter;

import dev.merapi.kernels.emit.Element;
import dev.merapi.kernels.emit.Kernel;
import dev.merapi.kernels.emit.KernelClass;
import dev.merapi.kernels.emit.LaneCode;
import dev.merapi.kernels.emit.Loops;
import java.lang.classfile.CodeBuilder;
import java.lang.classfile.TypeKind;
import java.util.stream.IntStream;

/// Emits the vector form of a [MicroKernel]: all sums of a tile in registers, one fused
/// multiply-add for each vector and step.
///
/// The method holds the loop and the stores and nothing else. With more vector calls than that
/// (sums added to C, masks, an epilogue) C1 runs out of virtual registers, which can keep C2 from
/// ever compiling the method, and C2 itself takes seconds.
final class VectorTile {
  private final Tile tile;
  private final Layout layout;
  private final LaneCode lane;
  private final CodeBuilder code;

  /// Locals of the sums, row by row.
  private final int[] sums;

  /// Locals of the vectors of B in the current step, and of the broadcast element of A.
  private final int[] vectors;

  private final int broadcast;

  private VectorTile(Tile tile, Layout layout, CodeBuilder code) {
    this.tile = tile;
    this.layout = layout;
    this.code = code;
    this.lane = new LaneCode(code, tile.lanes());
    this.sums = references(tile.rows() * tile.vectors());
    this.vectors = references(tile.vectors());
    this.broadcast = code.allocateLocal(TypeKind.REFERENCE);
  }

  static Kernel emit(Tile tile, Layout layout) {
    return KernelClass.define(
        "Gemm" + layout + tile, code -> new VectorTile(tile, layout, code).body());
  }

  private int[] references(int count) {
    return IntStream.range(0, count).map(_ -> code.allocateLocal(TypeKind.REFERENCE)).toArray();
  }

  private void body() {
    lane.zero(Element.F32);
    code.astore(sums[0]);
    for (int i = 1; i < sums.length; i++) {
      code.aload(sums[0]).astore(sums[i]);
    }
    multiply();
    int address = copy(parameter(MicroKernel.C));
    for (int row = 0; row < tile.rows(); row++) {
      storeRow(address, row);
    }
    code.return_();
  }

  private void multiply() {
    BSource b = BSource.start(layout, tile, lane);
    ASource a = ASource.start(layout, tile, lane);
    int steps = code.allocateLocal(TypeKind.INT);
    int step = code.allocateLocal(TypeKind.INT);
    code.lload(parameter(MicroKernel.STEPS)).l2i().istore(steps);
    Loops.count(
        code,
        step,
        steps,
        1,
        () -> {
          a.beginStep();
          b.beginStep(step);
          for (int j = 0; j < vectors.length; j++) {
            int vector = j;
            lane.load(Element.F32, () -> b.address(vector));
            code.astore(vectors[j]);
          }
          for (int row = 0; row < tile.rows(); row++) {
            multiplyAddRow(a, row);
          }
          a.endStep();
          b.endStep();
        });
  }

  private void multiplyAddRow(ASource a, int row) {
    lane.broadcast(Element.F32, () -> lane.loadElement(Element.F32, () -> a.address(row)));
    code.astore(broadcast);
    for (int j = 0; j < vectors.length; j++) {
      int sum = sums[row * vectors.length + j];
      code.aload(broadcast).aload(vectors[j]).aload(sum);
      lane.fma();
      code.astore(sum);
    }
  }

  private void storeRow(int rowAddress, int row) {
    lane.plainAddress(rowAddress);
    for (int j = 0; j < vectors.length; j++) {
      int sum = sums[row * vectors.length + j];
      int offset = j * tile.lanes().bytes();
      lane.store(Element.F32, () -> code.aload(sum), () -> address(rowAddress, offset));
    }
    advance(rowAddress, () -> code.lload(parameter(MicroKernel.STRIDE_C)));
  }

  private void address(int local, int offset) {
    code.lload(local);
    if (offset != 0) {
      code.loadConstant((long) offset).ladd();
    }
  }

  private void advance(int local, Runnable by) {
    code.lload(local);
    by.run();
    code.ladd().lstore(local);
  }

  private int copy(int parameter) {
    int local = code.allocateLocal(TypeKind.LONG);
    code.lload(parameter).lstore(local);
    return local;
  }
}
