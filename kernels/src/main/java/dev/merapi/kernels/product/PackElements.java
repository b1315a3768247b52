package dev.merapi.kernels.product;

import dev.merapi.kernels.ir.MemoryType;
import dev.merapi.kernels.ir.Routine;
import dev.merapi.kernels.ir.build.Int;
import dev.merapi.kernels.ir.build.Ptr;
import dev.merapi.kernels.ir.build.Var;

/// Copies one element after the other, for any strides.
final class PackElements extends PackCode {
  PackElements(Packing packing) {
    super(packing);
  }

  Routine routine() {
    eachPanel((first, panel) -> {
      Int end = first.plus(width).min(lines);
      Var<Ptr> column = r.variable("column", panel);
      r.loop(
          first,
          end,
          1,
          line -> {
            line(source.plus(line.times(lineStride)), column.get());
            column.set(column.get().plus(F32.bytes()));
          });
    });
    return r.build();
  }

  private void line(Ptr start, Ptr column) {
    Var<Ptr> from = r.variable("from", start);
    Var<Ptr> to = r.variable("to", column);
    r.loop(
        steps,
        _ -> {
          to.get().here().store(MemoryType.I32, from.get().here().loadInt(MemoryType.I32));
          from.set(from.get().plus(stepStride));
          to.set(to.get().plus(stepBytes()));
        });
  }
}
