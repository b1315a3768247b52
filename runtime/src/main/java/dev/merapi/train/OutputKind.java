package dev.merapi.train;

/// What a loss takes a model's outputs for; those of another kind give losses that mean nothing.
public enum OutputKind {
  /// Numbers of any sort.
  ANY,
  /// A score for each class, before any softmax.
  SCORES,
  /// Logarithms of probabilities.
  LOG_PROBABILITIES,
  /// From 0 to 1, such as behind a sigmoid.
  PROBABILITIES,
  /// What a sigmoid would make probabilities of.
  LOGITS
}
