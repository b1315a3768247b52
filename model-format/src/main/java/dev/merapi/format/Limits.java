package dev.merapi.format;

/// How much a header may hold: more than any model has, and far less than a header of a few bytes
/// each could name. Writers keep to what readers allow.
final class Limits {
  /// The longest JSON text of a Merapi file, in bytes.
  static final int LONGEST_HEADER = (1 << 24) - Header.PREFIX;

  /// That of plain safetensors, which other programs write: the limit of the library that defines
  /// the format.
  static final int LONGEST_PLAIN_HEADER = 100_000_000;

  static final int HIGHEST_RANK = 32;

  /// Strings of the metadata; tensors.
  static final int MOST_MEMBERS = 1 << 17;

  /// Sizes of all tensors together.
  static final int MOST_SIZES = 1 << 20;

  static final int MOST_LAYERS = 1 << 16;
  static final int MOST_LABELS = 1 << 20;

  private Limits() {}
}
