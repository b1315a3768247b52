package dev.merapi.kernels.ir;

/// The type of a [Value].
public sealed interface Type permits Word, VectorType, MaskType {
  /// What the names of values of it begin with: one letter.
  String letter();
}
