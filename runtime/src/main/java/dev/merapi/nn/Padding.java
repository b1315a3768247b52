package dev.merapi.nn;

/// Padding that is worked out from the window, under the names that Keras and PyTorch have for it.
public enum Padding {
  /// None: only whole windows.
  VALID,
  /// As much as it takes for `ceil(size / stride)` positions along each axis, half of it on either
  /// side; of an odd number the larger half is below and on the right.
  SAME
}
