package dev.merapi.train;

/// How precision, recall and F1 of several classes become one number.
public enum Average {
  /// That of the one class that means yes: the only label, or the second of two classes.
  BINARY,
  /// The mean over the classes; over those that occur, where each row has one.
  MACRO,
  /// Of all classes counted together.
  MICRO,
  /// The mean over the classes, weighted by how often each occurs.
  WEIGHTED
}
