package dev.merapi.format;

import java.util.Map;

/// The beginning of a safetensors file.
///
/// @param metadata the strings of `__metadata__`
/// @param tensors by name, in the order of the header
/// @param bytes the file up to its first byte of data: the length and the JSON text
record Header(Map<String, String> metadata, Map<String, StoredTensor> tensors, byte[] bytes) {
  /// What the key of the strings is.
  static final String METADATA = "__metadata__";

  /// Bytes before the JSON text: its length as an unsigned 64-bit number, little-endian.
  static final int PREFIX = 8;

  /// Where data begins in the file.
  long start() {
    return bytes.length;
  }
}
