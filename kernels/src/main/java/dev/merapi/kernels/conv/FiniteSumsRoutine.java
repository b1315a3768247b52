package dev.merapi.kernels.conv;

import static dev.merapi.kernels.jit.Memory.ALL;

import dev.merapi.kernels.ir.IntOp;
import dev.merapi.kernels.ir.MemoryType;
import dev.merapi.kernels.ir.Routine;
import dev.merapi.kernels.ir.build.Int;
import dev.merapi.kernels.ir.build.Mask;
import dev.merapi.kernels.ir.build.Ptr;
import dev.merapi.kernels.ir.build.RoutineBuilder;
import dev.merapi.kernels.ir.build.Var;
import dev.merapi.kernels.ir.build.Vec;
import java.lang.foreign.ValueLayout;

/// Writes the routine that replaces sums of a [WinogradPlan] which are not finite by plain ones,
/// `(sums, pixels, kernels, extent, row, block)`.
///
/// - `sums`: the first channel's first line. Nothing is done where the 64 bytes before it are
///   zeros: there a [WinogradOutput] says that all sums are finite.
/// - `pixels`: the first channel of its image and group.
/// - `kernels`: the first weight of the first channel.
/// - `extent`: columns, lines and channels, a [LineFinish#extent].
/// - `row`: the first line's number in the output.
/// - `block`: the strides, then what a [PlainSumRoutine] reads, see [#write].
final class FiniteSumsRoutine {
  private static final MemoryType F32 = MemoryType.F32;
  private static final ValueLayout.OfLong LONG = ValueLayout.JAVA_LONG_UNALIGNED;

  private static final int SUM_LINE = 0;
  private static final int SUM_CHANNEL = 8;
  private static final int KERNEL_BYTES = 16;
  private static final int PROBLEM = 24;

  /// Bytes of the block.
  static final int BYTES = PROBLEM + PlainSumRoutine.BYTES;

  private final Routine plain;
  private final int lanes;
  private final RoutineBuilder b;
  private final Ptr sums;
  private final Ptr pixels;
  private final Ptr kernels;
  private final Int extent;
  private final Int row;
  private final Ptr block;

  private FiniteSumsRoutine(Routine plain, int lanes) {
    this.plain = plain;
    this.lanes = lanes;
    this.b = new RoutineBuilder("finiteSums" + lanes);
    this.sums = b.pointer("sums");
    this.pixels = b.pointer("pixels");
    this.kernels = b.pointer("kernels");
    this.extent = b.integer("extent");
    this.row = b.integer("row");
    this.block = b.pointer("block");
  }

  /// @param plain a [PlainSumRoutine]
  static Routine of(Routine plain, int lanes) {
    return new FiniteSumsRoutine(plain, lanes).routine();
  }

  /// Writes the block to an address.
  ///
  /// @param sumLine bytes from one line of sums to the next
  /// @param sumChannel bytes from one channel of sums to the next
  static void write(
      Correlation problem, KernelOrder order, long sumLine, long sumChannel, long address) {
    ALL.set(LONG, address + SUM_LINE, sumLine);
    ALL.set(LONG, address + SUM_CHANNEL, sumChannel);
    ALL.set(LONG, address + KERNEL_BYTES, order.outputStep(problem) * Float.BYTES);
    PlainSumRoutine.write(problem, order, address + PROBLEM);
  }

  private Int field(int offset) {
    return block.at(offset).loadInt(MemoryType.I64);
  }

  private Routine routine() {
    Int found = sums.at(-WinogradOutput.CHECK_BYTES).loadInt(MemoryType.I64);
    for (int at = Long.BYTES; at < WinogradOutput.CHECK_BYTES; at += Long.BYTES) {
      Int next = sums.at(at - WinogradOutput.CHECK_BYTES).loadInt(MemoryType.I64);
      found = found.apply(IntOp.OR, next);
    }
    b.when(found.equalTo(0), () -> {}, this::channels);
    return b.build();
  }

  private void channels() {
    Int columns = PackedArguments.columns(extent);
    Int lines = PackedArguments.lines(extent);
    Int channels = PackedArguments.channels(extent);
    Int sumLine = field(SUM_LINE).named("sumLine");
    Int sumChannel = field(SUM_CHANNEL).named("sumChannel");
    Int kernelBytes = field(KERNEL_BYTES).named("kernelBytes");
    Var<Ptr> channel = b.variable("channel", sums);
    Var<Ptr> kernel = b.variable("kernel", kernels);
    b.loop(
        channels,
        _ -> {
          Ptr weights = kernel.get();
          Var<Ptr> line = b.variable("line", channel.get());
          b.loop(
              lines,
              number -> {
                Ptr first = line.get();
                b.lanes(
                    columns,
                    lanes,
                    (column, mask) -> vector(first, weights, row.plus(number), column, mask));
                line.set(first.plus(sumLine));
              });
          channel.set(channel.get().plus(sumChannel));
          kernel.set(weights.plus(kernelBytes));
        });
  }

  private void vector(Ptr line, Ptr weights, Int number, Int column, Mask mask) {
    Vec found = line.at(column, Float.BYTES).load(F32, lanes, mask);
    Int end = column.plus(lanes).min(PackedArguments.columns(extent));
    b.when(
        isNotFinite(found).any(),
        () ->
            b.loop(
                column,
                end,
                1,
                each -> {
                  Ptr sum = line.plus(each, Float.BYTES);
                  b.when(
                      isNotFinite(sum.here().load(F32, 1)).first(),
                      () -> b.call(plain, sum, pixels, weights, number, each, block.plus(PROBLEM)));
                }));
  }

  /// A number less itself is zero, unless it is infinite or none.
  private static Mask isNotFinite(Vec numbers) {
    return numbers.minus(numbers).differsFrom(numbers.constant(0));
  }
}
