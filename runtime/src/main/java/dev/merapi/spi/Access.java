package dev.merapi.spi;

import java.util.List;

/// How a loop nest addresses a buffer: element `offset + sum(index[d] * strides[d])` over all loop
/// dimensions `d`, outermost first. A stride of 0 repeats, a negative one runs backwards.
///
/// @param offset in elements
/// @param strides in elements, one for each loop dimension
public record Access(Buffer buffer, long offset, List<Long> strides) {
  public Access {
    strides = List.copyOf(strides);
  }

  /// The row-major access to a whole buffer.
  public static Access rowMajor(Buffer buffer) {
    return new Access(buffer, 0, rowMajorStrides(buffer.type().shape().toArray()));
  }

  /// The strides of a dense row-major array of these sizes.
  public static List<Long> rowMajorStrides(long... sizes) {
    var strides = new Long[sizes.length];
    long stride = 1;
    for (int i = sizes.length - 1; i >= 0; i--) {
      strides[i] = stride;
      stride *= Math.max(1, sizes[i]);
    }
    return List.of(strides);
  }

  @Override
  public String toString() {
    return buffer + "[" + offset + "," + strides + "]";
  }
}
