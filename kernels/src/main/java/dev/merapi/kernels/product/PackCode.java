package dev.merapi.kernels.product;

import dev.merapi.kernels.ir.MemoryType;
import dev.merapi.kernels.ir.build.Int;
import dev.merapi.kernels.ir.build.Ptr;
import dev.merapi.kernels.ir.build.RoutineBuilder;
import dev.merapi.kernels.ir.build.Var;
import dev.merapi.kernels.ir.build.Vec;
import java.util.function.BiConsumer;

/// What all packing routines begin with.
abstract class PackCode {
  static final MemoryType F32 = MemoryType.F32;

  final RoutineBuilder r;
  final int width;
  final int lanes;
  final Ptr source;
  final Ptr panels;
  final Int steps;
  final Int lines;
  final Int lineStride;
  final Int stepStride;

  PackCode(Packing packing) {
    this.r = new RoutineBuilder(packing.name());
    this.width = packing.width();
    this.lanes = packing.lanes();
    this.source = r.pointer("source");
    this.panels = r.pointer("panels");
    this.steps = r.integer("steps");
    this.lines = r.integer("lines");
    this.lineStride = r.integer("lineStride");
    this.stepStride = r.integer("stepStride");
  }

  /// Bytes of a step in a panel.
  final long stepBytes() {
    return (long) width * F32.bytes();
  }

  /// Loops over the panels.
  ///
  /// @param body takes a panel's first line and where the panel begins
  final void eachPanel(BiConsumer<Int, Ptr> body) {
    Int panelBytes = steps.times(stepBytes());
    Var<Ptr> panel = r.variable("panel", panels);
    r.loop(
        r.constant(0),
        lines,
        width,
        first -> {
          Ptr start = panel.get();
          body.accept(first, start);
          panel.set(start.plus(panelBytes));
        });
  }

  /// Writes the first lanes of a vector, in pieces, where those are not all.
  static void store(Ptr to, Vec vector, int count) {
    int done = 0;
    for (int piece = vector.count(); piece > 0; piece /= 2) {
      if (count - done >= piece) {
        to.at((long) done * F32.bytes()).store(F32, vector.slice(done, piece));
        done += piece;
      }
    }
  }
}
