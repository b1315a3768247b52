package dev.merapi.kernels.conv;

import static dev.merapi.kernels.conv.Winograd.SIDE;

import dev.merapi.kernels.ir.Lane;
import dev.merapi.kernels.ir.MemoryType;
import dev.merapi.kernels.ir.Routine;
import dev.merapi.kernels.ir.build.Int;
import dev.merapi.kernels.ir.build.Mask;
import dev.merapi.kernels.ir.build.Ptr;
import dev.merapi.kernels.ir.build.RoutineBuilder;
import dev.merapi.kernels.ir.build.Transposition;
import dev.merapi.kernels.ir.build.Var;
import dev.merapi.kernels.ir.build.Vec;
import java.util.ArrayList;
import java.util.List;

/// Writes the routine that transforms the 3x3 kernels of a panel of a [WinogradBank], `U = G g G'`
/// in double, rounded once: `(kernels, panel, extent, kernelBytes, elementBytes)`.
///
/// - `kernels`: the first tap of the panel's first kernel. With [KernelOrder#DATA] the taps of a
///   kernel lie before it.
/// - `panel`: element `e` of the transform of input channel `i` and output channel `r` goes to `e *
///   elementBytes + (i * rows + r) * 4`.
/// - `extent`: output channels that there are (32 bits), rows of the panel (16) and input channels
///   (16), see [#extent]. Rows without a channel become zeros.
/// - `kernelBytes`: bytes from one output channel's kernel to the next, and from one input
///   channel's, a [PlaneCopy#pair].
/// - `elementBytes`: bytes from one element of the transform to the next.
///
/// Vectors run along output channels, so kernels are transposed on their way.
final class WinogradFilterRoutine {
  private static final MemoryType F32 = MemoryType.F32;
  private static final int TAPS = 9;

  /// Lanes that hold the taps of one kernel.
  private static final int LINE = 16;

  private static final int ROW_BITS = 16;
  private static final double HALF = 0.5;

  private final KernelOrder order;
  private final int lanes;
  private final RoutineBuilder b;
  private final Int channels;
  private final Int rows;
  private final Int kernelBytes;
  private final Int elementBytes;

  private final Ptr kernels;
  private final Ptr panel;
  private final Int inputs;
  private final Int inputBytes;

  private WinogradFilterRoutine(KernelOrder order, int lanes) {
    this.order = order;
    this.lanes = lanes;
    this.b = new RoutineBuilder("winogradFilter" + lanes + order);
    this.kernels = b.pointer("kernels");
    this.panel = b.pointer("panel");
    Int extent = b.integer("extent");
    Int strides = b.integer("strides");
    this.elementBytes = b.integer("elementBytes");
    this.channels = PackedArguments.low(extent).named("channels");
    this.rows = extent.field(Integer.SIZE, ROW_BITS).named("rows");
    this.inputs = extent.ushr(Integer.SIZE + ROW_BITS).named("inputs");
    this.kernelBytes = PackedArguments.low(strides).named("kernelBytes");
    this.inputBytes = PackedArguments.high(strides).named("inputBytes");
  }

  /// @param lanes 16 or fewer
  static Routine of(KernelOrder order, int lanes) {
    return new WinogradFilterRoutine(order, lanes).routine();
  }

  static long extent(int channels, int rows, int inputs) {
    return channels | (long) rows << Integer.SIZE | (long) inputs << Integer.SIZE + ROW_BITS;
  }

  private Routine routine() {
    Var<Ptr> from = b.variable("from", kernels);
    Var<Ptr> to = b.variable("to", panel);
    b.loop(
        inputs,
        _ -> {
          Ptr first = from.get();
          Ptr elements = to.get();
          b.lanes(
              rows,
              lanes,
              (row, mask) ->
                  vector(
                      first.plus(kernelBytes.times(row)),
                      channels.minus(row),
                      elements.plus(row, Float.BYTES),
                      mask));
          from.set(first.plus(inputBytes));
          to.set(elements.plus(rows, Float.BYTES));
        });
    return b.build();
  }

  /// Transforms the kernels of a vector of output channels.
  private void vector(Ptr first, Int left, Ptr to, Mask mask) {
    Vec[] taps = taps(first, left);
    Ptr at = to;
    for (int row = 0; row < SIDE; row++) {
      Vec g0 = mixed(row, taps[0], taps[3], taps[6]);
      Vec g1 = mixed(row, taps[1], taps[4], taps[7]);
      Vec g2 = mixed(row, taps[2], taps[5], taps[8]);
      for (int column = 0; column < SIDE; column++) {
        at.here().store(F32, mixed(column, g0, g1, g2).to(Lane.F32), mask);
        at = at.plus(elementBytes);
      }
    }
  }

  /// The taps in their order, as doubles. A kernel that is not there has zeros.
  private Vec[] taps(Ptr first, Int left) {
    long start =
        switch (order) {
          case FORWARD -> 0;
          case DATA -> (1L - TAPS) * Float.BYTES;
        };
    List<Vec> lines = new ArrayList<>();
    for (int i = 0; i < lanes; i++) {
      // Where there is no kernel nothing is read, at the last one's place: a mask that keeps a
      // processor from reading memory that is not there costs it a long time.
      Int number = left.minus(1).min(b.constant(i));
      Mask here = left.minus(i).min(b.constant(1)).times(TAPS).maskBelow(LINE);
      lines.add(first.plus(number.times(kernelBytes)).at(start).load(F32, LINE, here));
    }
    List<Vec> turned = Transposition.of(lines);
    Vec[] taps = new Vec[TAPS];
    for (int i = 0; i < TAPS; i++) {
      int place =
          switch (order) {
            case FORWARD -> i;
            case DATA -> TAPS - 1 - i;
          };
      taps[i] = Transposition.lanes(turned, place).to(Lane.F64);
    }
    return taps;
  }

  /// An element of `(g0, (g0 + g2 + g1) / 2, (g0 + g2 - g1) / 2, g2)`.
  private static Vec mixed(int index, Vec g0, Vec g1, Vec g2) {
    return switch (index) {
      case 0 -> g0;
      case 1 -> g0.plus(g2).plus(g1).times(HALF);
      case 2 -> g0.plus(g2).minus(g1).times(HALF);
      default -> g2;
    };
  }
}
