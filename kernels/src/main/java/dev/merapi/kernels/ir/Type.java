package dev.merapi.kernels.ir;

/// The type of a [Value].
public sealed interface Type permits Word, VectorType, MaskType {}
