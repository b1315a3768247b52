package dev.merapi.kernels.conv;

import dev.merapi.kernels.ir.build.Int;
import dev.merapi.kernels.ir.build.Ptr;
import dev.merapi.kernels.ir.build.RoutineBuilder;

/// What the routines that finish sums of a convolution are called with: six longs, sizes and
/// strides packed in pairs.
record FinishParameters(
    Ptr sums,
    Ptr result,
    Ptr block,
    Int columns,
    Int lines,
    Int channels,
    Int sumLine,
    Int sumChannel,
    Int resultChannel) {
  /// Takes the parameters of a routine, in their order.
  static FinishParameters of(RoutineBuilder b) {
    Ptr sums = b.pointer("sums");
    Ptr result = b.pointer("result");
    Int extent = b.integer("extent");
    Int sumStrides = b.integer("sumStrides");
    Int resultStride = b.integer("resultStride");
    Ptr block = b.pointer("block");
    return new FinishParameters(
        sums,
        result,
        block,
        PackedArguments.columns(extent),
        PackedArguments.lines(extent),
        PackedArguments.channels(extent),
        PackedArguments.low(sumStrides).named("sumLine"),
        PackedArguments.high(sumStrides).named("sumChannel"),
        PackedArguments.low(resultStride).named("resultChannel"));
  }
}
