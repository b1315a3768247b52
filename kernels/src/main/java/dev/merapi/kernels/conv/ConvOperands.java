package dev.merapi.kernels.conv;

import dev.merapi.kernels.product.EpilogueOperands;

/// What a convolution works on.
///
/// @param first address of `x` or, for DATA, of `dy`
/// @param second address of `w` or, for FILTER, of `dy`
/// @param packed address of the packed form of `w`, where a plan takes it
/// @param result address of `y`, `dx` or `dw`
/// @param epilogue where the operands of the epilogue lie: rows are channels, the batch is the
///   images
/// @param workspace address of [ConvPlan#workspaceBytes] bytes, 64-byte aligned
public record ConvOperands(
    long first, long second, long packed, long result, EpilogueOperands epilogue, long workspace) {}
