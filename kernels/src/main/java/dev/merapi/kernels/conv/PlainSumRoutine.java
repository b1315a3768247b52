package dev.merapi.kernels.conv;

import static dev.merapi.kernels.jit.Memory.ALL;

import dev.merapi.kernels.ir.Comparison;
import dev.merapi.kernels.ir.MemoryType;
import dev.merapi.kernels.ir.Routine;
import dev.merapi.kernels.ir.build.Int;
import dev.merapi.kernels.ir.build.Ptr;
import dev.merapi.kernels.ir.build.RoutineBuilder;
import dev.merapi.kernels.ir.build.Var;
import dev.merapi.kernels.ir.build.Vec;
import dev.merapi.kernels.product.Definition;
import java.lang.foreign.ValueLayout;

/// Writes the routine of one element of a correlation as its plain sum, a block of k after the
/// other as everywhere, `(sum, pixels, kernel, row, column, problem)`.
///
/// Winograd's differences make NaN of an infinite pixel or weight, and may overflow where the sum
/// does not. Whatever is wrong with an element in such a way, it shows in the element being not
/// finite, and then this sum is what it is defined to be. A pixel that an output does not meet has
/// no part in that output's products either, so it spoils nothing.
///
/// - `sum`: where the element goes.
/// - `pixels`: the first channel of its image and group.
/// - `kernel`: the first weight of its output channel.
/// - `row`, `column`: its place in the output.
/// - `problem`: the fields below, see [#write].
final class PlainSumRoutine {
  private static final MemoryType F32 = MemoryType.F32;
  private static final ValueLayout.OfLong LONG = ValueLayout.JAVA_LONG_UNALIGNED;

  /// What the routine reads of a problem, 8 bytes each.
  private enum Field {
    INPUTS,
    TAP_ROWS,
    TAPS,
    PLANE_BYTES,
    KERNEL_BYTES,
    TAP_BYTES,
    HEIGHT,
    WIDTH,
    PAD_TOP,
    PAD_LEFT;

    int offset() {
      return ordinal() * Long.BYTES;
    }
  }

  /// Bytes of what the routine reads of a problem.
  static final int BYTES = Field.values().length * Long.BYTES;

  private final RoutineBuilder b = new RoutineBuilder("plainSum");
  private final Ptr problem;
  private final Ptr pixels;
  private final Int row;
  private final Int column;
  private final Int tapBytes;

  /// The sum of all blocks so far. Negative zero plus a block is the block.
  private final Var<Vec> total;

  private final Var<Vec> block;

  /// Steps that the current block still has.
  private final Var<Int> left;

  private final Var<Ptr> weight;

  private PlainSumRoutine() {
    Ptr sum = b.pointer("sum");
    this.pixels = b.pointer("pixels");
    Ptr kernel = b.pointer("kernel");
    this.row = b.integer("row");
    this.column = b.integer("column");
    this.problem = b.pointer("problem");
    this.tapBytes = field(Field.TAP_BYTES);
    this.total = b.variable("total", b.f32(1, -0.0));
    this.block = b.variable("block", b.f32(1, 0));
    this.left = b.variable("left", b.constant(Definition.BLOCK));
    this.weight = b.variable("weight", kernel);
    Int top = row.minus(field(Field.PAD_TOP)).named("top");
    Int side = column.minus(field(Field.PAD_LEFT)).named("side");
    channels(kernel, top, side);
    // No step is left over where the last block is complete.
    b.when(left.get().lessThan(Definition.BLOCK), () -> total.set(total.get().plus(block.get())));
    sum.here().store(F32, total.get());
  }

  static Routine of() {
    return new PlainSumRoutine().b.build();
  }

  /// Writes what the routine reads of a problem to an address.
  static void write(Correlation problem, KernelOrder order, long address) {
    long[] values = {
      problem.inputs(),
      problem.rows().taps(),
      problem.columns().taps(),
      problem.sourcePlane() * Float.BYTES,
      order.channelStep(problem) * Float.BYTES,
      (long) order.tapStep() * Float.BYTES,
      problem.rows().source(),
      problem.columns().source(),
      problem.rows().pad(),
      problem.columns().pad()
    };
    for (int i = 0; i < values.length; i++) {
      ALL.set(LONG, address + (long) i * Long.BYTES, values[i]);
    }
  }

  private Int field(Field field) {
    return problem.at(field.offset()).loadInt(MemoryType.I64);
  }

  private void channels(Ptr kernel, Int top, Int side) {
    Int planeBytes = field(Field.PLANE_BYTES);
    Int kernelBytes = field(Field.KERNEL_BYTES);
    Int tapRows = field(Field.TAP_ROWS);
    Int taps = field(Field.TAPS);
    Int height = field(Field.HEIGHT);
    Int width = field(Field.WIDTH);
    Var<Ptr> first = b.variable("first", kernel);
    Var<Ptr> plane = b.variable("plane", pixels);
    b.loop(
        field(Field.INPUTS),
        _ -> {
          Vec both = total.get().plus(block.get());
          // A NaN stays one, whatever follows.
          b.when(
              both.equalTo(both).first(),
              () -> {
                weight.set(first.get());
                b.loop(
                    tapRows,
                    i -> {
                      Int line = top.plus(i);
                      Int below = height.minus(line).minus(1);
                      Ptr at = plane.get().plus(line.times(width), Float.BYTES);
                      b.loop(
                          taps,
                          j -> {
                            Int place = side.plus(j);
                            Int beside = width.minus(place).minus(1);
                            Int margin = line.min(below).min(place).min(beside);
                            Vec pixel =
                                at.at(place, Float.BYTES).load(F32, 1, margin.plus(1).maskBelow(1));
                            step(pixel);
                          });
                    });
              });
          first.set(first.get().plus(kernelBytes));
          plane.set(plane.get().plus(planeBytes));
        });
  }

  private void step(Vec pixel) {
    block.set(weight.get().here().load(F32, 1).fma(pixel, block.get()));
    weight.set(weight.get().plus(tapBytes));
    left.set(left.get().minus(1));
    b.when(
        left.get().compare(Comparison.EQ, b.constant(0)),
        () -> {
          total.set(total.get().plus(block.get()));
          block.set(b.f32(1, 0));
          left.set(b.constant(Definition.BLOCK));
        });
  }
}
