package dev.merapi.reference;

import dev.merapi.graph.TensorType;

/// The elements of one value, row-major.
///
/// `i32` and `bool` elements are exact integers; `f32` elements keep the precision of `double`.
record Elements(TensorType type, double[] data) {
  int[] sizes() {
    return Indices.sizes(type.shape());
  }

  int[] strides() {
    return Indices.strides(sizes());
  }
}
